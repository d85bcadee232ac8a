//! Activating a pending authority.

use pki::authority::{Activation, Issuer, Plan, Status};
use pki::{Error, Field};
use x509::{CertificationRequest, KeyUsage};

use crate::world::{World, issuance, pending};

#[tokio::test]
async fn the_key_of_the_request_gets_the_certificate() {
    let world = World::new();
    let account = world.author.account;
    let issuer = world.root("Root").await;
    let id = world.create("Waiting", pending()).await.unwrap();
    let request = world.pki.authority_request(account, id).await.unwrap();

    let activation = Activation { issuance: issuance(issuer, 2), key_usage: None, crl: None };
    world.pki.activate_authority(&world.author, id, activation).await.unwrap();

    let view = world.pki.authority(account, id).await.unwrap();
    let certificate = world.certificate(id).await;
    let request = CertificationRequest::from_der(&request).unwrap();
    assert_eq!(view.status, Status::Active);
    assert_eq!(view.authority.issued().unwrap().issuer, Issuer::Authority(issuer));
    assert_eq!(certificate.public_key().unwrap(), request.public_key());
    assert_eq!(certificate.subject(), request.subject());
    assert_eq!(world.store.events()[2].action, "activate_authority");
}

#[tokio::test]
async fn the_usages_are_those_of_the_creation_unless_named_again() {
    let world = World::new();
    let issuer = world.root("Root").await;
    let asked = KeyUsage::NON_REPUDIATION;
    let mut shown = Vec::new();
    for key_usage in [None, Some(KeyUsage::KEY_ENCIPHERMENT)] {
        let plan = Plan::Pending { key_usage: Some(asked) };
        let id = world.create("Waiting", plan).await.unwrap();
        let activation = Activation { issuance: issuance(issuer, 0), key_usage, crl: None };
        world.pki.activate_authority(&world.author, id, activation).await.unwrap();
        let usages = world.certificate(id).await.key_usage().unwrap();
        shown.push(usages.names().collect::<Vec<_>>());
    }

    assert_eq!(shown[0], ["nonRepudiation", "keyCertSign", "cRLSign"]);
    assert_eq!(shown[1], ["keyEncipherment", "keyCertSign", "cRLSign"]);
}

#[tokio::test]
async fn a_second_activation_is_refused() {
    let world = World::new();
    let issuer = world.root("Root").await;
    let id = world.create("Waiting", pending()).await.unwrap();
    let activation = Activation { issuance: issuance(issuer, 0), key_usage: None, crl: None };
    world.pki.activate_authority(&world.author, id, activation.clone()).await.unwrap();

    let refused = world.pki.activate_authority(&world.author, id, activation).await;

    let status = Status::Active;
    assert!(matches!(refused, Err(Error::AuthorityStatus { status: s, .. }) if s == status));
}

#[tokio::test]
async fn an_authority_does_not_activate_itself() {
    let world = World::new();
    let id = world.create("Waiting", pending()).await.unwrap();
    let activation = Activation { issuance: issuance(id, 0), key_usage: None, crl: None };

    let refused = world.pki.activate_authority(&world.author, id, activation).await;

    let status = Status::Pending;
    assert!(matches!(refused, Err(Error::AuthorityStatus { status: s, .. }) if s == status));
}

#[tokio::test]
async fn a_path_length_is_checked_against_the_chain() {
    let world = World::new();
    let issuer = world.root("Root").await;
    let id = world.create("Waiting", pending()).await.unwrap();
    let activation = Activation { issuance: issuance(issuer, 7), key_usage: None, crl: None };

    let refused = world.pki.activate_authority(&world.author, id, activation).await;

    assert!(matches!(refused, Err(Error::Invalid { field: Field::PathLength, .. })));
    let view = world.pki.authority(world.author.account, id).await.unwrap();
    assert_eq!(view.status, Status::Pending);
}

#[tokio::test]
async fn many_at_once_activate_it_once() {
    let world = World::new();
    let issuer = world.root("Root").await;
    let id = world.create("Waiting", pending()).await.unwrap();
    let activation = Activation { issuance: issuance(issuer, 0), key_usage: None, crl: None };

    let mut tasks = Vec::new();
    for _ in 0..8 {
        let (pki, author) = (world.pki.clone(), world.author.clone());
        let activation = activation.clone();
        tasks.push(tokio::spawn(async move {
            pki.activate_authority(&author, id, activation).await.is_ok()
        }));
    }
    let mut won = 0;
    for task in tasks {
        won += usize::from(task.await.unwrap());
    }

    assert_eq!(won, 1);
    let told = world.store.events().iter().filter(|e| e.action == "activate_authority").count();
    assert_eq!(told, 1);
}
