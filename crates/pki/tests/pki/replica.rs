//! What is read from a replica, seen by one that has nothing.

use std::sync::Arc;

use pki::authority::AuthorityQuery;
use pki::certificate::{CertificateQuery, EncryptionKeyForm, ExportOptions, Packaging, ServerType};
use pki::csr::CsrFilter;
use pki::tag::TagSearch;
use pki::{Error, Page, RevocationReason};

use crate::certificates::plain;
use crate::memory::Memory;
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

#[tokio::test]
async fn lists_and_exports_of_certificates_are_read_from_the_replica() {
    let world = World::new();
    let (pki, account) = (&world.pki, world.author.account);
    let root = world.root("Root").await;
    let id = world.issue(plain(root, "leaf.example")).await.unwrap();
    assert!(pki.open_export(&world.author, id, options()).await.is_ok());

    world.store.be_copied_by(Arc::new(Memory::default()));

    let (authorities, certificates) = (AuthorityQuery::default(), CertificateQuery::default());
    let (search, requests) = (TagSearch::default(), CsrFilter::default());
    assert_eq!(pki.authorities(account, &authorities, ALL).await.unwrap().total, 0);
    assert_eq!(pki.find_authorities(account, &search, ALL).await.unwrap().total, 0);
    assert_eq!(pki.certificates(account, &certificates, ALL).await.unwrap().total, 0);
    assert_eq!(pki.find_certificates(account, &search, ALL).await.unwrap().total, 0);
    assert_eq!(pki.csrs(account, &requests, ALL).await.unwrap().total, 0);
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
