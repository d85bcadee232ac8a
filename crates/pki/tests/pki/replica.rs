//! What is read from a replica, seen by one that has nothing.

use std::sync::Arc;

use ledger::{AccountId, ProjectId};
use pki::authority::AuthorityQuery;
use pki::certificate::{CertificateQuery, EncryptionKeyForm, ExportOptions, Packaging, ServerType};
use pki::csr::CsrFilter;
use pki::tag::TagSearch;
use pki::{Error, Page, Pki, RevocationReason, Tag};
use x509::KeyAlgorithm;

use crate::certificates::plain;
use crate::csrs::personal;
use crate::memory::Memory;
use crate::workspace_authorities::create;
use crate::world::World;

const ALL: Page = Page { limit: 100, offset: 0 };

fn options() -> ExportOptions {
    ExportOptions {
        server: ServerType::Nginx,
        packaging: Packaging::Archive,
        encryption_key: EncryptionKeyForm::Pem,
        password: None,
    }
}

/// How much each list has.
async fn lists(pki: &Pki, account: AccountId, project: ProjectId) -> [u64; 8] {
    let (authorities, certificates) = (AuthorityQuery::default(), CertificateQuery::default());
    let (search, requests) = (TagSearch::default(), CsrFilter::default());
    let length = |length: usize| u64::try_from(length).unwrap();
    [
        pki.authorities(account, &authorities, ALL).await.unwrap().total,
        pki.find_authorities(account, &search, ALL).await.unwrap().total,
        length(pki.account_authority_tags(account).await.unwrap().len()),
        pki.certificates(account, &certificates, ALL).await.unwrap().total,
        pki.find_certificates(account, &search, ALL).await.unwrap().total,
        length(pki.account_certificate_tags(account).await.unwrap().len()),
        pki.csrs(account, &requests, ALL).await.unwrap().total,
        length(pki.workspace_authorities(account, project, ALL).await.unwrap().len()),
    ]
}

#[tokio::test]
async fn lists_and_exports_of_certificates_are_read_from_the_replica() {
    let world = World::new();
    let (pki, account) = (&world.pki, world.author.account);
    let root = world.root("Root").await;
    let id = world.issue(plain(root, "leaf.example")).await.unwrap();
    let tags = [Tag::new("team", "web").unwrap()];
    pki.tag_authority(&world.author, root, &tags).await.unwrap();
    pki.tag_certificate(&world.author, id, &tags).await.unwrap();
    pki.create_csr(&world.author, personal(KeyAlgorithm::EcP256)).await.unwrap();
    create(&world).await.unwrap();
    assert!(pki.open_export(&world.author, id, options()).await.is_ok());
    assert_eq!(lists(pki, account, world.project).await, [1; 8]);

    world.store.be_copied_by(Arc::new(Memory::default()));

    assert_eq!(lists(pki, account, world.project).await, [0; 8]);
    let refused = pki.open_export(&world.author, id, options()).await.map(drop);
    assert!(matches!(refused, Err(Error::CertificateNotFound(_))), "{refused:?}");
}

#[tokio::test]
async fn nothing_else_is() {
    let world = World::new();
    let (pki, account) = (&world.pki, world.author.account);
    let root = world.root("Root").await;

    world.store.be_copied_by(Arc::new(Memory::default()));

    let id = world.issue(plain(root, "leaf.example")).await.unwrap();
    assert!(pki.authority(account, root).await.is_ok());
    assert!(pki.certificate(account, id).await.is_ok());
    assert!(pki.export_authority(account, root).await.is_ok());
    pki.revoke_certificate(&world.author, id, RevocationReason::KeyCompromise).await.unwrap();
    pki.delete_certificate(&world.author, id).await.unwrap();
}
