//! CRLs after an older copy of the database was put back: the buckets know more than it does.

use ledger::system::SystemRandom;
use ledger::{CaId, ChangeId, Changes};
use pki::crl::{CrlName, Head, List, Location, NewCrl, Work};
use pki::{Crls, Error, Store};
use x509::{CrlNumber, RevocationList};

use crate::world::{World, below};

const DAY: std::time::Duration = std::time::Duration::from_secs(86_400);

/// A root with a published CRL, and what the database knew of it.
struct Restored {
    world: World,
    list: List,
    known: Head,
}

impl Restored {
    /// After the first CRL the clock was set back, so that the next number is the last one and one
    /// more; that CRL is in the bucket, and the database does not know it any more.
    async fn new() -> Self {
        let world = World::new();
        let root = world.root("Root").await;
        world.advance(2 * DAY);
        let list = List::complete(root);
        let name = Some(CrlName::try_from("root".to_owned()).unwrap());
        let new = NewCrl { bucket: "local".to_owned(), name, valid_days: 7 };
        world.pki.create_agency(&world.author).await.unwrap();
        world.pki.enable_crl(&world.author, root, &new).await.unwrap();
        let mut this = Self { known: publish(&world, list).await, world, list };
        this.world.set_back(DAY);
        revoke(&this.world, root).await;
        let lost = publish(&this.world, list).await;
        assert_eq!(number(&lost), number(&this.known) + 1);
        let head = this.world.store.crl_head(list).await.unwrap().unwrap();
        let event = this.world.author.event(this.world.now(), "test", root);
        let changes = Changes::new(ChangeId::generate(&*this.world.clock, &SystemRandom), event);
        let changes = changes.replace(this.known.clone(), head.version);
        this.world.store.commit(changes).await.unwrap();
        // Something else is revoked now.
        revoke(&this.world, root).await;
        this.known = this.world.pki.crl_head(list).await.unwrap().unwrap();
        this
    }

    fn in_bucket(&self) -> Vec<u8> {
        self.world.buckets.object("local/root.crl").unwrap()
    }

    async fn served(&self) -> Result<Vec<u8>, Error> {
        let place = Location { bucket: "local".to_owned(), name: "root".to_owned() };
        self.world.pki.crl_at(&place, None).await?.expect("a place that is taken").whole().await
    }
}

async fn revoke(world: &World, root: CaId) {
    let child = world.create("Child", below(root, 0)).await.unwrap();
    let reason = pki::RevocationReason::Superseded;
    world.pki.revoke_authority(&world.author, child, reason).await.unwrap();
}

async fn publish(world: &World, list: List) -> Head {
    let lease = world.lease();
    world.pki.refresh_crl(list, &lease).await.unwrap().expect("one is made");
    assert!(world.pki.publish_crl(list, &lease).await.unwrap().is_some());
    world.pki.crl_head(list).await.unwrap().unwrap()
}

fn number(head: &Head) -> i64 {
    head.latest.as_ref().unwrap().number
}

fn number_in(der: &[u8]) -> i64 {
    let crl = RevocationList::from_der(der).unwrap();
    i64::try_from(crl.number().and_then(CrlNumber::to_u64).unwrap()).unwrap()
}

#[tokio::test]
async fn a_number_that_the_bucket_has_does_not_come_again_with_other_content() {
    let r = Restored::new().await;
    let ahead = r.in_bucket();

    assert_eq!(r.world.pki.compare_buckets().await.unwrap(), 1);
    let meanwhile = r.served().await;
    let published = publish(&r.world, r.list).await;

    assert!(matches!(meanwhile, Err(Error::Busy)), "{meanwhile:?}");
    assert_eq!(number(&published), number_in(&ahead) + 1);
    assert_eq!(r.served().await.unwrap(), r.in_bucket());
    assert_eq!(number_in(&r.in_bucket()), number(&published));
}

#[tokio::test]
async fn nor_does_it_where_the_bucket_could_not_be_compared_at_the_start() {
    let r = Restored::new().await;
    let (ahead, lease) = (r.in_bucket(), r.world.lease());
    let same = r.world.pki.refresh_crl(r.list, &lease).await.unwrap().unwrap();
    assert_eq!(same.number, number_in(&ahead));

    assert_eq!(r.world.pki.publish_crl(r.list, &lease).await.unwrap(), None);

    assert_eq!(r.in_bucket(), ahead, "it is not another one under the same number");
    assert!(matches!(r.served().await, Err(Error::Busy)));
    assert_eq!(r.world.pki.crls_due(9).await.unwrap(), [(r.list, Work::Make)]);
    let published = publish(&r.world, r.list).await;
    assert_eq!(number(&published), number_in(&ahead) + 1);
    assert_eq!(r.served().await.unwrap(), r.in_bucket());
}

#[tokio::test]
async fn what_is_published_already_is_not_put_again() {
    let r = Restored::new().await;
    r.world.pki.compare_buckets().await.unwrap();
    let published = publish(&r.world, r.list).await;
    let head = r.world.store.crl_head(r.list).await.unwrap().unwrap();
    let event = r.world.author.event(r.world.now(), "test", r.list.authority);
    let changes = Changes::new(ChangeId::generate(&*r.world.clock, &SystemRandom), event);
    // It was put, and its server killed before it could say so.
    let changes = changes.replace(Head { published: None, ..head.value }, head.version);
    r.world.store.commit(changes).await.unwrap();
    let there = r.in_bucket();

    let again = r.world.pki.publish_crl(r.list, &r.world.lease()).await.unwrap();

    assert_eq!(again, Some(number(&published)));
    assert_eq!(r.in_bucket(), there);
}
