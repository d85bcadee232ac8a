//! Exporting an authority.

use std::time::Duration;

use pki::Error;
use pki::authority::{Plan, Status};
use pki::validity::{Validity, ValidityUnit};
use x509::{Certificate, HashAlgorithm, pem};

use crate::world::{World, below, pending};

#[tokio::test]
async fn a_chain_runs_from_the_nearest_issuer_to_the_root() {
    let world = World::new();
    let root = world.root("Root").await;
    let middle = world.create("Middle", below(root, 3)).await.unwrap();
    let low = world.create("Low", below(middle, 0)).await.unwrap();

    let export = world.pki.export_authority(world.author.account, low).await.unwrap();

    let chain = export.chain.clone().unwrap();
    let names: Vec<String> = pem::decode(&chain)
        .unwrap()
        .iter()
        .map(|block| Certificate::from_der(&block.der).unwrap().subject().to_string())
        .collect();
    assert_eq!(names.len(), 2);
    assert!(names[0].contains("CN=Middle"), "{names:?}");
    assert!(names[1].contains("CN=Root"), "{names:?}");
    assert!(Certificate::from_pem(&export.certificate).is_ok());
    for text in [&export.certificate, &chain] {
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        assert!(text.ends_with("-----END CERTIFICATE-----"));
    }
}

#[tokio::test]
async fn a_root_has_no_chain() {
    let world = World::new();
    let root = world.root("Root").await;

    let export = world.pki.export_authority(world.author.account, root).await.unwrap();

    assert_eq!(export.chain, None);
}

#[tokio::test]
async fn a_pending_one_has_nothing_to_export_until_it_is_activated() {
    let world = World::new();
    let account = world.author.account;
    let root = world.root("Root").await;
    let id = world.create("Waiting", pending()).await.unwrap();

    let before = world.pki.export_authority(account, id).await;
    let issuance = crate::world::issuance(root, 0);
    let activation = pki::authority::Activation { issuance, key_usage: None, crl: None };
    world.pki.activate_authority(&world.author, id, activation).await.unwrap();
    let after = world.pki.export_authority(account, id).await;

    let status = Status::Pending;
    assert!(matches!(before, Err(Error::AuthorityStatus { status: s, .. }) if s == status));
    assert!(after.is_ok());
}

#[tokio::test]
async fn an_expired_one_is_exported_and_always_the_same() {
    let world = World::new();
    let account = world.author.account;
    let validity = Validity { unit: ValidityUnit::Hour, amount: 1, start: None };
    let plan = Plan::Root { hash: HashAlgorithm::Sha256, validity };
    let id = world.create("Short", plan).await.unwrap();

    let before = world.pki.export_authority(account, id).await.unwrap();
    world.advance(Duration::from_secs(7200));
    let after = world.pki.export_authority(account, id).await.unwrap();

    assert_eq!(before, after);
}

#[tokio::test]
async fn an_export_that_is_kept_is_still_not_anothers() {
    let world = World::new();
    let id = world.root("Root").await;
    world.pki.export_authority(world.author.account, id).await.unwrap();

    let refused = world.pki.export_authority(world.stranger().account, id).await;

    assert!(matches!(refused, Err(Error::AuthorityNotFound(_))));
}
