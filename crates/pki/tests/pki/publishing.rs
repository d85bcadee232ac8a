//! Publishing CRLs in buckets of which some do not do what they should.

use std::sync::Arc;

use ledger::CaId;
use ledger::system::SystemRandom;
use pki::authority::OcspSwitch;
use pki::crl::{CrlName, List, NewCrl};
use pki::{Error, Pki, PublicUrl, Settings};

use crate::keys::ClearKeys;
use crate::memory::Memory;
use crate::world::{StandingClock, World, below};

fn in_bucket(bucket: &str, name: &str) -> NewCrl {
    let name = Some(CrlName::try_from(name.to_owned()).unwrap());
    NewCrl { bucket: bucket.to_owned(), name, valid_days: 7 }
}

/// A root whose CRLs were in `local` as `old.crl` and are in `other` as `new.crl`.
async fn moved(world: &World) -> CaId {
    let root = world.root("Root").await;
    let (pki, author) = (&world.pki, &world.author);
    pki.create_agency(author).await.unwrap();
    pki.enable_crl(author, root, &in_bucket("local", "old")).await.unwrap();
    pki.disable_crl(author, root).await.unwrap();
    pki.enable_crl(author, root, &in_bucket("other", "new")).await.unwrap();
    root
}

async fn refresh_and_publish(world: &World, root: CaId) -> Result<Option<i64>, Error> {
    let (list, lease) = (List::complete(root), world.lease());
    world.pki.refresh_crl(list, &lease).await.unwrap().expect("a new CRL");
    world.pki.publish_crl(list, &lease).await
}

#[tokio::test]
async fn a_bucket_that_refuses_does_not_keep_the_crl_from_the_others() {
    let world = World::new();
    let root = moved(&world).await;
    world.buckets.refuse("local");

    let published = refresh_and_publish(&world, root).await;

    assert!(matches!(published, Err(Error::Internal(_))), "it is to be tried again");
    assert!(world.buckets.object("other/new.crl").is_some());
    assert!(world.pki.crls_due(10).await.unwrap().iter().any(|(due, _)| due.authority == root));
}

#[tokio::test]
async fn a_bucket_that_is_not_configured_any_more_is_passed_over() {
    let world = World::new();
    let root = moved(&world).await;
    world.buckets.forget("local");

    let published = refresh_and_publish(&world, root).await;

    assert!(published.unwrap().is_some());
    assert!(world.buckets.object("other/new.crl").is_some());
}

#[tokio::test]
async fn nothing_is_issued_that_would_name_no_crl_where_it_has_to() {
    let world = World::new();
    let root = moved(&world).await;
    world.buckets.forget("other");

    let refused = world.create("Child", below(root, 0)).await;

    let Err(Error::IssuerRefuses(problem)) = refused else { panic!("{refused:?}") };
    assert!(problem.contains("bucket other"), "{problem}");
    world.pki.disable_crl(&world.author, root).await.unwrap();
    assert!(world.create("Child", below(root, 0)).await.is_ok());
}

#[tokio::test]
async fn nothing_is_issued_that_would_name_no_responder_where_it_has_to() {
    let known = Settings {
        public_url: PublicUrl::Given("http://pki.test".to_owned()),
        ..Settings::default()
    };
    let mut world = World::with(known);
    let root = world.root("Root").await;
    world.pki.switch_ocsp(&world.author, root, OcspSwitch::On).await.unwrap();
    world.pki = Pki::new(
        Arc::<Memory>::clone(&world.store),
        Arc::<ClearKeys>::clone(&world.keys),
        Arc::<StandingClock>::clone(&world.clock),
        Arc::new(SystemRandom),
        Settings::default(),
    );

    let refused = world.create("Child", below(root, 0)).await;

    assert!(matches!(refused, Err(Error::PublicUrlUnknown)), "{refused:?}");
}

#[tokio::test]
async fn the_identifier_of_another_authority_is_no_name_to_take() {
    let world = World::new();
    let (root, other) = (world.root("Root").await, world.root("Other").await);
    let (pki, author) = (&world.pki, &world.author);
    pki.create_agency(author).await.unwrap();

    let taken = pki.enable_crl(author, root, &in_bucket("local", &other.to_string())).await;
    let own = pki.enable_crl(author, root, &in_bucket("local", &root.to_string())).await;

    assert!(matches!(taken, Err(Error::CrlNameTaken { .. })), "{taken:?}");
    assert!(own.is_ok(), "{own:?}");
}

#[tokio::test]
async fn a_bucket_that_does_not_answer_is_asked_once_at_the_start() {
    let world = World::new();
    for name in ["One", "Two"] {
        let root = world.root(name).await;
        world.pki.create_agency(&world.author).await.unwrap();
        let place = in_bucket("local", name);
        world.pki.enable_crl(&world.author, root, &place).await.unwrap();
        refresh_and_publish(&world, root).await.unwrap();
    }
    world.buckets.refuse("local");

    assert_eq!(world.pki.compare_buckets().await.unwrap(), 0);

    assert_eq!(world.buckets.refusals(), 1);
}
