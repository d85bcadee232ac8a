//! Which shard a certificate points to, and under which names it tells of it.

use std::sync::Arc;

use ledger::system::SystemRandom;
use ledger::{CaId, CertificateId, ChangeId, Changes, Counter, Quota};
use pki::crl::{List, NewCrl, Sharding};
use pki::{Crls, Pki, Settings, Store};
use x509::{Certificate, CrlDistributionPoints, ExtensionValue, GeneralName, RevocationList};

use crate::certificates::plain;
use crate::keys::ClearKeys;
use crate::memory::Memory;
use crate::world::{StandingClock, World, below};

/// How many certificates a shard takes.
const FULL: i64 = 16_000;

/// A root whose certificates point to shards.
async fn sharded(world: &World) -> CaId {
    let root = world.root("Root").await;
    let new = NewCrl { bucket: "local".to_owned(), name: None, valid_days: 7 };
    world.pki.create_agency(&world.author).await.unwrap();
    world.pki.enable_crl(&world.author, root, &new).await.unwrap();
    world.pki.set_crl_sharding(&world.author, root, Sharding::On).await.unwrap();
    root
}

/// The shard of a new certificate, and the address in it.
async fn issued(world: &World, root: CaId) -> (Option<u32>, Vec<GeneralName>) {
    let id: CertificateId = world.issue(plain(root, "a")).await.unwrap();
    let record = world.issued(id).await;
    (record.shard, addresses(&Certificate::from_der(&record.der).unwrap()))
}

fn addresses(certificate: &Certificate) -> Vec<GeneralName> {
    let mut extensions = certificate.extensions().iter();
    let points = extensions.find(|extension| extension.oid == CrlDistributionPoints::OID).unwrap();
    CrlDistributionPoints::from_der(&points.value).unwrap().full_names
}

async fn count(world: &World, root: CaId, certificates: i64) {
    let event = world.author.event(world.now(), "test", root);
    let changes = Changes::new(ChangeId::generate(&*world.clock, &SystemRandom), event);
    let counter = Counter::of_authority(Quota::Sharded, root);
    world.store.commit(changes.add(counter, certificates, None)).await.unwrap();
}

async fn refreshed(world: &World, list: List) -> RevocationList {
    let made = world.pki.refresh_crl(list, &world.lease()).await.unwrap().expect("one is made");
    let bytes = world.pki.crl_chunks(list, made.number).await.unwrap().expect("it is there");
    RevocationList::from_der(&bytes.whole().await.unwrap()).unwrap()
}

#[tokio::test]
async fn a_shard_is_followed_by_the_next_when_it_is_full() {
    let world = World::new();
    let root = sharded(&world).await;

    let (first, _) = issued(&world, root).await;
    count(&world, root, FULL - 2).await;
    let (last, of_last) = issued(&world, root).await;
    let (next, of_next) = issued(&world, root).await;

    assert_eq!((first, last, next), (Some(0), Some(0), Some(1)));
    assert_ne!(of_last, of_next);
    for (shard, names) in [(0, of_last), (1, of_next)] {
        let list = List { authority: root, shard: Some(shard) };
        let point = refreshed(&world, list).await.distribution_point().cloned();
        assert_eq!(point.map(|point| point.full_names), Some(names), "byte for byte");
    }
}

#[tokio::test]
async fn certificates_of_authorities_point_to_the_complete_crl() {
    let world = World::new();
    let root = sharded(&world).await;

    let child = world.create("Child", below(root, 0)).await.unwrap();

    let names = addresses(&world.certificate(child).await);
    assert_eq!(names, [GeneralName::Uri(format!("http://local.test/{root}.crl"))]);
}

#[tokio::test]
async fn a_shard_keeps_the_name_that_it_had_before_the_bucket_moved() {
    let mut world = World::new();
    let root = sharded(&world).await;
    let (_, before) = issued(&world, root).await;
    world.buckets.move_to("moved.test");
    world.pki = Pki::new(
        Arc::<Memory>::clone(&world.store),
        Arc::<ClearKeys>::clone(&world.keys),
        Arc::<StandingClock>::clone(&world.clock),
        Arc::new(SystemRandom),
        Settings::default(),
    )
    .publishing_in(Arc::clone(&world.buckets) as _);

    let (shard, after) = issued(&world, root).await;
    let events = world.store.events().len();
    issued(&world, root).await;

    let list = List { authority: root, shard: Some(0) };
    assert_eq!(shard, list.shard);
    assert_ne!(before, after);
    assert_eq!(world.store.events().len(), events + 1, "a name that is known is not told again");
    assert!(world.pki.crls_due(10).await.unwrap().iter().any(|(due, _)| *due == list));
    let point = refreshed(&world, list).await.distribution_point().cloned();
    assert_eq!(point.map(|point| point.full_names), Some([before, after].concat()));
}

#[tokio::test]
async fn switched_off_new_certificates_point_to_the_complete_crl_and_the_shard_is_made_on() {
    let world = World::new();
    let root = sharded(&world).await;
    issued(&world, root).await;
    world.pki.set_crl_sharding(&world.author, root, Sharding::Off).await.unwrap();

    let (shard, names) = issued(&world, root).await;

    assert_eq!(shard, None);
    assert_eq!(names, [GeneralName::Uri(format!("http://local.test/{root}.crl"))]);
    let list = List { authority: root, shard: Some(0) };
    assert!(world.store.crl_head(list).await.unwrap().is_some());
    assert!(world.pki.crls_due(10).await.unwrap().iter().any(|(due, _)| *due == list));
}
