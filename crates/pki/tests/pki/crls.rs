//! CRLs of authorities of Private CA: when they are made, what they tell, the last ones, shards.

use std::time::Duration;

use ledger::system::SystemRandom;
use ledger::{CaId, ChangeId, Changes, Timestamp};
use pki::authority::{Deletion, PendingDays};
use pki::crl::{
    Crl, CrlAddress, CrlConfiguration, Finality, Head, List, Location, NewCrl, Sharding, Work,
};
use pki::{Crls, Error, KeyRecord, Objects, Record, Revocation, RevocationReason, Store};
use x509::{CrlNumber, GeneralName, RevocationList, SerialNumber, UnixTime};

use crate::world::{World, below};

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(86_400);
const VALID_DAYS: u32 = 10;

/// An account with a root whose CRLs are published.
struct Publishing {
    world: World,
    root: CaId,
}

impl Publishing {
    async fn new() -> Self {
        let world = World::new();
        let root = world.root("Root").await;
        let this = Self { world, root };
        this.configure(root, true).await;
        this
    }

    /// Has the CRLs of an authority made, past the operations that look for a bucket.
    async fn configure(&self, id: CaId, enabled: bool) {
        let location = Location { bucket: "local".to_owned(), name: id.to_string() };
        let crl = Crl {
            authority: id,
            account: self.world.author.account,
            configuration: CrlConfiguration {
                enabled,
                address: CrlAddress::Bucket(location),
                valid_days: VALID_DAYS,
            },
            sharding: Sharding::Off,
        };
        let present = self.world.store.crl_of_any(id).await.unwrap();
        let changes = self.changes(id);
        let changes = match present {
            Some(present) => changes.replace(crl, present.version),
            None => changes.insert(crl),
        };
        self.world.store.commit(changes).await.unwrap();
    }

    fn changes(&self, id: CaId) -> Changes<Record> {
        let event = self.world.author.event(self.world.now(), "test", id);
        Changes::new(ChangeId::generate(&*self.world.clock, &SystemRandom), event)
    }

    /// Has the root revoke a certificate that ends at `not_after`.
    async fn revoke(&self, not_after: Timestamp, shard: Option<u32>) -> SerialNumber {
        let random: &dyn ledger::Random = &SystemRandom;
        let serial = SerialNumber::from_random(random.bytes());
        let revocation = Revocation {
            account: self.world.author.account,
            issuer: self.root,
            shard,
            serial: serial.clone(),
            revoked_at: self.world.now().floor_to_second(),
            reason: RevocationReason::Superseded,
            not_after,
        };
        let complete = List::complete(self.root);
        let mut changes =
            self.changes(self.root).insert(revocation).add(complete.unpublished(), 1, None);
        if shard.is_some() {
            changes = changes.add(List { shard, ..complete }.unpublished(), 1, None);
        }
        self.world.store.commit(changes).await.unwrap();
        serial
    }

    async fn due(&self) -> Vec<(List, Work)> {
        self.world.pki.crls_due(100).await.unwrap()
    }

    async fn refresh(&self, list: List) -> RevocationList {
        let made = self.world.pki.refresh_crl(list, &self.world.lease()).await.unwrap();
        let number = made.expect("one is made").number;
        self.read(list, number).await
    }

    /// The bytes of the CRL that was made last, read.
    async fn read(&self, list: List, number: i64) -> RevocationList {
        let bytes = self.world.pki.crl_chunks(list, number).await.unwrap().expect("it is there");
        let octets = bytes.crl().octets;
        let der = bytes.whole().await.unwrap();
        assert_eq!(der.len() as u64, octets);
        let read = RevocationList::from_der(&der).unwrap();
        assert_eq!(read.number().and_then(CrlNumber::to_u64), Some(number as u64));
        read
    }

    async fn head(&self, list: List) -> Head {
        self.world.pki.crl_head(list).await.unwrap().expect("it is there")
    }

    fn complete(&self) -> List {
        List::complete(self.root)
    }

    /// Takes the last one made for published.
    async fn publish(&self, list: List) {
        let head = self.world.store.crl_head(list).await.unwrap().unwrap();
        let published = head.value.latest.as_ref().map(|latest| latest.number);
        let changes = self.changes(list.authority);
        let changes = changes.replace(Head { published, ..head.value }, head.version);
        self.world.store.commit(changes).await.unwrap();
    }
}

fn number(crl: &RevocationList) -> u64 {
    crl.number().and_then(CrlNumber::to_u64).unwrap()
}

fn seconds(at: Timestamp) -> UnixTime {
    UnixTime(at.as_seconds())
}

#[tokio::test]
async fn a_list_is_made_then_published_then_made_at_half_time_or_when_something_is_revoked() {
    let p = Publishing::new().await;
    let list = p.complete();
    assert_eq!(p.due().await, [(list, Work::Make)]);

    let first = p.refresh(list).await;
    assert_eq!(p.due().await, [(list, Work::Publish)]);
    p.publish(list).await;
    assert!(p.due().await.is_empty());

    p.world.advance(5 * DAY - 2 * SECOND);
    assert!(p.due().await.is_empty());
    p.world.advance(SECOND);
    assert_eq!(p.due().await, [(list, Work::Make)]);
    p.refresh(list).await;
    p.publish(list).await;

    let serial = p.revoke(p.world.now() + DAY, None).await;
    assert_eq!(p.due().await, [(list, Work::Make)]);
    let third = p.refresh(list).await;
    assert!(third.entry(&serial).is_some() && number(&third) > number(&first));
    assert_eq!(p.due().await, [(list, Work::Publish)]);
}

#[tokio::test]
async fn a_crl_is_signed_by_its_authority_and_says_when_the_next_one_comes() {
    let p = Publishing::new().await;
    let certificate = p.world.certificate(p.root).await;

    let crl = p.refresh(p.complete()).await;

    assert!(crl.verify_signed_by(certificate.public_key().unwrap()).is_ok());
    assert_eq!(crl.issuer().der(), certificate.subject().der());
    assert_eq!(crl.this_update(), seconds(p.world.now() - SECOND));
    assert_eq!(crl.next_update(), Some(seconds(p.world.now() - SECOND + VALID_DAYS * DAY)));
    assert_eq!(crl.distribution_point(), None);
    let event = p.world.store.events().pop().unwrap();
    assert_eq!(event.detail, Some(format!("CRL number {} with 0 entries", number(&crl))));
}

#[tokio::test]
async fn a_revocation_that_comes_while_a_crl_is_made_is_due_again() {
    let p = Publishing::new().await;
    p.revoke(p.world.now() + DAY, None).await;
    p.refresh(p.complete()).await;
    assert_eq!(p.world.store.used(&p.complete().unpublished()), 0);

    p.revoke(p.world.now() + DAY, None).await;
    p.revoke(p.world.now() + DAY, None).await;

    assert_eq!(p.world.store.used(&p.complete().unpublished()), 2);
    assert_eq!(p.refresh(p.complete()).await.revoked().len(), 3);
}

#[tokio::test]
async fn numbers_and_times_never_fall_when_the_clock_is_set_back() {
    let p = Publishing::new().await;
    let first = p.refresh(p.complete()).await;

    p.world.set_back(3 * DAY);
    let serial = p.revoke(p.world.now() + DAY, None).await;
    let second = p.refresh(p.complete()).await;

    assert_eq!(number(&second), number(&first) + 1);
    assert_eq!(second.this_update(), first.this_update());
    assert!(second.entry(&serial).is_some());
}

#[tokio::test]
async fn an_entry_that_no_crl_told_is_told_whatever_the_clock_did_before() {
    let p = Publishing::new().await;
    p.refresh(p.complete()).await;
    p.world.set_back(3 * DAY);

    let serial = p.revoke(p.world.now() + DAY, None).await;
    p.world.advance(3 * DAY);
    let next = p.refresh(p.complete()).await;
    p.publish(p.complete()).await;
    p.world.advance(SECOND);
    p.revoke(p.world.now() + DAY, None).await;
    let after = p.refresh(p.complete()).await;

    assert!(next.entry(&serial).is_some());
    assert!(after.entry(&serial).is_none());
}

#[tokio::test]
async fn an_entry_leaves_after_a_crl_past_its_end() {
    let p = Publishing::new().await;
    let serial = p.revoke(p.world.now() + DAY, None).await;

    for (advance, told) in [(Duration::ZERO, true), (3 * DAY, true), (DAY, false)] {
        p.world.advance(advance);
        p.revoke(p.world.now() + 90 * DAY, None).await;
        let crl = p.refresh(p.complete()).await;
        p.publish(p.complete()).await;
        assert_eq!(crl.entry(&serial).is_some(), told, "{advance:?}");
    }
}

#[tokio::test]
async fn an_entry_does_not_leave_after_a_crl_that_never_came_to_its_bucket() {
    let p = Publishing::new().await;
    let serial = p.revoke(p.world.now() + DAY, None).await;
    for (advance, told) in [(3 * DAY, true), (DAY, true), (DAY, false)] {
        p.world.advance(advance);
        p.revoke(p.world.now() + 90 * DAY, None).await;
        let crl = p.refresh(p.complete()).await;
        assert_eq!(crl.entry(&serial).is_some(), told, "{advance:?}");
        if advance == DAY {
            p.publish(p.complete()).await;
        }
    }
}

#[tokio::test]
async fn only_one_of_two_servers_makes_a_crl() {
    let p = Publishing::new().await;
    let lease = p.world.lease();
    p.world.lease();

    let refused = p.world.pki.refresh_crl(p.complete(), &lease).await;

    assert!(matches!(refused, Err(Error::Conflict)), "{refused:?}");
    assert!(p.world.pki.crl_head(p.complete()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_body_that_is_not_named_any_more_goes() {
    let p = Publishing::new().await;
    for _ in 0..3 {
        p.world.advance(10 * SECOND);
        p.refresh(p.complete()).await;
    }

    assert_eq!(p.world.store.crl_bodies(), 1);
}

#[tokio::test]
async fn a_revoked_authority_makes_its_last_crl_and_no_other() {
    let p = Publishing::new().await;
    let child = p.world.create("Child", below(p.root, 0)).await.unwrap();
    p.configure(child, true).await;
    let list = List::complete(child);
    p.refresh(list).await;
    p.publish(list).await;

    p.world.advance(DAY);
    let reason = RevocationReason::KeyCompromise;
    p.world.pki.revoke_authority(&p.world.author, child, reason).await.unwrap();
    assert!(p.due().await.contains(&(list, Work::Make)));
    p.refresh(list).await;

    let latest = p.head(list).await.latest.unwrap();
    assert_eq!(latest.finality, Finality::Last);
    p.publish(list).await;
    p.world.advance(5000 * DAY);
    assert!(!p.due().await.iter().any(|(due, _)| *due == list));
    assert_eq!(p.world.pki.refresh_crl(list, &p.world.lease()).await.unwrap(), None);
}

#[tokio::test]
async fn the_last_crl_is_good_until_the_last_certificate_ends() {
    let p = Publishing::new().await;
    let child = p.world.create("Child", below(p.root, 0)).await.unwrap();
    let end = p.world.certificate(child).await.not_after();
    p.refresh(p.complete()).await;
    let author = p.world.author.clone();
    p.world.pki.disable_authority(&author, p.root).await.unwrap();
    p.world.pki.delete_authority(&author, p.root, PendingDays::default()).await.unwrap();
    p.world.advance(20 * DAY);
    p.refresh(p.complete()).await;
    assert_eq!(p.head(p.complete()).await.latest.unwrap().finality, Finality::More);

    p.world.advance(11 * DAY);
    assert_eq!(p.world.pki.destroy_due_authorities(&p.world.lease()).await.unwrap(), 1);

    let latest = p.head(p.complete()).await.latest.unwrap();
    let crl = p.read(p.complete(), latest.number).await;
    assert_eq!((latest.finality, crl.next_update()), (Finality::Last, Some(end)));
    assert_eq!(p.due().await, [(p.complete(), Work::Publish)]);
}

#[tokio::test]
async fn a_revoked_authority_that_is_deleted_at_once_signs_its_last_crl_before_its_key_goes() {
    let p = Publishing::new().await;
    let child = p.world.create("Child", below(p.root, 0)).await.unwrap();
    let certificate = p.world.certificate(child).await;
    p.configure(child, true).await;
    let author = p.world.author.clone();
    let reason = RevocationReason::CessationOfOperation;
    p.world.pki.revoke_authority(&author, child, reason).await.unwrap();

    let deleted = p.world.pki.delete_authority(&author, child, PendingDays::default()).await;

    assert_eq!(deleted.unwrap(), Deletion::Done);
    let list = List::complete(child);
    let latest = p.head(list).await.latest.unwrap();
    assert_eq!(latest.finality, Finality::Last);
    let crl = p.read(list, latest.number).await;
    assert!(crl.verify_signed_by(certificate.public_key().unwrap()).is_ok());
}

#[tokio::test]
async fn a_list_that_is_good_until_the_end_is_followed_by_the_last_one_alone() {
    let p = Publishing::new().await;
    let end = p.world.certificate(p.root).await.not_after();
    let left = end.0 - p.world.now().as_seconds();
    p.world.advance(Duration::from_secs(left.unsigned_abs()) - 3 * DAY);
    let serial = p.revoke(p.world.now() + DAY, None).await;
    let near = p.refresh(p.complete()).await;
    p.publish(p.complete()).await;
    assert_eq!(near.next_update(), Some(end));
    p.world.advance(3 * DAY - SECOND);
    assert!(p.due().await.is_empty());

    p.world.advance(SECOND);
    assert_eq!(p.due().await, [(p.complete(), Work::Make)]);
    let last = p.refresh(p.complete()).await;

    assert_eq!(p.head(p.complete()).await.latest.unwrap().finality, Finality::Last);
    assert!(last.entry(&serial).is_some());
    p.publish(p.complete()).await;
    assert!(p.due().await.is_empty());
}

#[tokio::test]
async fn switched_off_it_is_made_on_while_a_certificate_is_valid() {
    let p = Publishing::new().await;
    p.revoke(p.world.now() + 15 * DAY + SECOND, None).await;
    p.refresh(p.complete()).await;
    p.publish(p.complete()).await;
    p.configure(p.root, false).await;

    for _ in 0..3 {
        p.world.advance(5 * DAY);
        assert_eq!(p.due().await, [(p.complete(), Work::Make)]);
        p.refresh(p.complete()).await;
        p.publish(p.complete()).await;
    }
    p.world.advance(6 * DAY);

    assert_eq!(p.due().await, [(p.complete(), Work::Make)]);
    assert_eq!(p.world.pki.refresh_crl(p.complete(), &p.world.lease()).await.unwrap(), None);
    assert!(p.due().await.is_empty());
    p.world.advance(90 * DAY);
    assert!(p.due().await.is_empty());
}

#[tokio::test]
async fn switched_off_before_its_first_one_it_is_made_where_a_certificate_may_name_it() {
    for (named, made) in [(true, true), (false, false)] {
        let world = World::new();
        let root = world.root("Root").await;
        let p = Publishing { world, root };
        let (pki, author) = (&p.world.pki, &p.world.author);
        let new = NewCrl { bucket: "local".to_owned(), name: None, valid_days: VALID_DAYS };
        pki.create_agency(author).await.unwrap();
        pki.enable_crl(author, root, &new).await.unwrap();
        if named {
            p.world.create("Child", below(root, 0)).await.unwrap();
        }
        pki.disable_crl(author, root).await.unwrap();

        assert_eq!(p.due().await, [(p.complete(), Work::Make)]);
        let lease = p.world.lease();
        assert_eq!(pki.refresh_crl(p.complete(), &lease).await.unwrap().is_some(), made);
        assert_eq!(pki.publish_crl(p.complete(), &lease).await.unwrap().is_some(), made);
        assert!(p.due().await.is_empty(), "{named}");
        if !named {
            pki.enable_crl(author, root, &new).await.unwrap();
            assert_eq!(p.due().await, [(p.complete(), Work::Make)], "switched on again");
        }
    }
}

#[tokio::test]
async fn an_authority_that_cannot_sign_its_last_crl_does_not_keep_others_from_being_destroyed() {
    let p = Publishing::new().await;
    let other = p.world.root("Other").await;
    let author = &p.world.author;
    let key = p.world.pki.authority(author.account, p.root).await.unwrap().authority.key.unwrap();
    let key = p.world.store.key(key).await.unwrap().unwrap();
    let broken = KeyRecord { sealed: b"broken".to_vec(), ..key.value };
    p.world.store.commit(p.changes(p.root).replace(broken, key.version)).await.unwrap();
    for id in [p.root, other] {
        p.world.pki.disable_authority(author, id).await.unwrap();
        p.world.pki.delete_authority(author, id, PendingDays::default()).await.unwrap();
    }
    p.world.advance(31 * DAY);

    let swept = p.world.pki.destroy_due_authorities(&p.world.lease()).await;

    assert!(matches!(swept, Err(Error::Internal(_))), "{swept:?}");
    let left = |id| p.world.store.authority(author.account, id);
    assert!(left(other).await.unwrap().is_none());
    assert!(left(p.root).await.unwrap().is_some(), "its last CRL is still to be signed");
}

#[tokio::test]
async fn a_shard_tells_its_own_under_all_its_names_and_the_complete_crl_tells_all() {
    let p = Publishing::new().await;
    let list = List { shard: Some(1), ..p.complete() };
    let names = vec!["http://a.example/1.crl".to_owned(), "http://b.example/1.crl".to_owned()];
    let account = p.world.author.account;
    let head = Head { list, account, names, latest: None, due_at: None, published: None };
    p.world.store.commit(p.changes(p.root).insert(head.clone())).await.unwrap();
    let own = p.revoke(p.world.now() + DAY, Some(1)).await;
    let anothers = p.revoke(p.world.now() + DAY, Some(2)).await;

    let shard = p.refresh(list).await;
    let complete = p.refresh(p.complete()).await;

    let names: Vec<_> = head.names.into_iter().map(GeneralName::Uri).collect();
    let point = shard.distribution_point().map(|point| point.full_names.clone());
    assert_eq!(point, Some(names));
    assert!(shard.entry(&own).is_some() && shard.entry(&anothers).is_none());
    assert!(complete.entry(&own).is_some() && complete.entry(&anothers).is_some());
}

#[tokio::test]
async fn shards_are_switched_on_where_crls_are_published_alone() {
    let p = Publishing::new().await;
    let other = p.world.root("Other").await;
    let (pki, author) = (&p.world.pki, &p.world.author);

    let refused = pki.set_crl_sharding(author, other, Sharding::On).await;
    let strangers = pki.set_crl_sharding(&p.world.stranger(), p.root, Sharding::On).await;
    pki.set_crl_sharding(author, p.root, Sharding::On).await.unwrap();
    let events = p.world.store.events().len();
    pki.set_crl_sharding(author, p.root, Sharding::On).await.unwrap();
    pki.set_crl_sharding(author, other, Sharding::Off).await.unwrap();

    assert!(matches!(refused, Err(Error::CrlDisabled(id)) if id == other));
    assert!(matches!(strangers, Err(Error::AuthorityNotFound(_))));
    assert_eq!(p.world.store.events().len(), events);
    let crl = p.world.store.crl_of_any(p.root).await.unwrap().unwrap();
    assert_eq!(crl.value.sharding, Sharding::On);
}
