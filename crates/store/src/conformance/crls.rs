//! What CRLs are to be, the last ones made, their bytes, and what they tell.

use std::sync::Arc;
use std::time::Duration;

use ledger::system::{SystemClock, SystemRandom};
use ledger::{CaId, CrlBodyId, Random, Timestamp, Version};
use pki::crl::{
    Crl, CrlAddress, CrlConfiguration, Finality, Head, List, Location, Past, Sharding, SignedCrl,
    Tally, Work,
};
use pki::{Revocation, RevocationReason};
use x509::serial::SerialNumber;
use x509::{EntrySizes, ReasonCode, RevokedCertificate, UnixTime};

use super::Ledger;
use super::fixtures::{NOW, changes, committed_account, root};
use super::ledger_port::{commit_pki, conflicts};

const DAY: Duration = Duration::from_secs(86_400);

fn bucket(name: &str) -> CrlAddress {
    CrlAddress::Bucket(Location { bucket: "local".into(), name: name.into() })
}

fn crl(authority: &pki::authority::Authority, address: CrlAddress) -> Crl {
    Crl {
        authority: authority.id,
        account: authority.account,
        configuration: CrlConfiguration { enabled: true, address, valid_days: 30 },
        sharding: Sharding::Off,
    }
}

fn signed(body: CrlBodyId, chunks: u32) -> SignedCrl {
    SignedCrl {
        number: NOW.as_millis(),
        this_update: NOW.floor_to_second(),
        next_update: NOW.floor_to_second() + 30 * DAY,
        through: 77,
        finality: Finality::More,
        body,
        octets: 1 << 40,
        chunks,
    }
}

fn head(list: List, account: ledger::AccountId) -> Head {
    Head { list, account, names: Vec::new(), latest: None, due_at: None, published: None }
}

fn body() -> CrlBodyId {
    CrlBodyId::generate(&SystemClock, &SystemRandom)
}

async fn put(ledger: &Arc<dyn Ledger>, body: CrlBodyId, number: u32, octets: &[u8], at: Timestamp) {
    ledger.put_crl_chunks(body, number, vec![octets.to_vec()], at).await.expect("it is kept");
}

fn revocation(issuer: CaId, account: ledger::AccountId, serial: SerialNumber) -> Revocation {
    Revocation {
        account,
        issuer,
        shard: None,
        serial,
        revoked_at: NOW.floor_to_second(),
        reason: RevocationReason::Unspecified,
        not_after: NOW + DAY,
    }
}

fn serial() -> SerialNumber {
    let random: &dyn Random = &SystemRandom;
    SerialNumber::from_random(random.bytes())
}

/// What a list tells, and the tally before it.
async fn told(
    ledger: &Arc<dyn Ledger>,
    list: List,
    past: Past,
) -> (Tally, Vec<RevokedCertificate>) {
    let mut snapshot = ledger.told_by(list, past).await.expect("reads");
    let mut all = Vec::new();
    loop {
        let batch = snapshot.next().await.expect("reads");
        if batch.is_empty() {
            return (snapshot.tally(), all);
        }
        all.extend(batch);
    }
}

fn sizes(entries: &[RevokedCertificate]) -> EntrySizes {
    let mut sizes = EntrySizes::default();
    entries.iter().for_each(|entry| sizes.add(entry));
    sizes
}

/// What the CRLs of an authority are to be.
pub async fn configurations_read_back_and_outlive_their_authority(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let (other, _) = committed_account(&ledger).await;
    let root = root(account.id);
    let mut crl = crl(&root, CrlAddress::Custom("http://crl.example/a.crl".into()));
    let insert = changes().insert(crl.clone()).insert(root.clone());
    commit_pki(&ledger, insert).await.expect("both are inserted");
    let read = async || ledger.crl(account.id, root.id).await.expect("reads");
    assert_eq!(
        read().await.map(|read| (read.value, read.version)),
        Some((crl.clone(), Version(1)))
    );
    assert!(ledger.crl(other.id, root.id).await.expect("reads").is_none());

    for (version, address) in [(1, bucket("a")), (2, CrlAddress::System)] {
        crl.configuration = CrlConfiguration { enabled: false, address, valid_days: 7 };
        crl.sharding = Sharding::On;
        let replace = changes().replace(crl.clone(), Version(version));
        commit_pki(&ledger, replace).await.expect("it is replaced");
        assert_eq!(
            read().await.map(|read| (read.value, read.version)),
            Some((crl.clone(), Version(version + 1)))
        );
    }
    let late = changes().replace(crl.clone(), Version(1));
    assert!(conflicts(&commit_pki(&ledger, late).await));

    let remove = changes().remove(root.row(), Version(1));
    commit_pki(&ledger, remove).await.expect("the authority is removed");
    let any = ledger.crl_of_any(root.id).await.expect("reads").expect("it is there");
    assert_eq!((read().await, any.value.clone()), (Some(any.clone()), crl));
    let remove = changes().remove(any.value.row(), any.version);
    commit_pki(&ledger, remove).await.expect("it is removed");
    assert!(read().await.is_none());
}

/// Heads of lists.
pub async fn heads_read_back_as_written(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let root = root(account.id);
    let complete = head(List::complete(root.id), account.id);
    let list = List { shard: Some(7), ..complete.list };
    let names = vec!["http://a.example/7.crl".to_owned(), "http://b.example/7.crl".to_owned()];
    let mut shard = Head { names, ..head(list, account.id) };
    let insert = changes().insert(shard.clone()).insert(complete.clone()).insert(root.clone());
    commit_pki(&ledger, insert).await.expect("all are inserted");
    let read = async || {
        let read = ledger.crl_head(list).await.expect("reads").expect("it is there");
        (read.value, read.version)
    };
    assert_eq!(read().await, (shard.clone(), Version(1)));
    let all = ledger.crl_heads(root.id).await.expect("reads");
    let all: Vec<Head> = all.into_iter().map(|head| head.value).collect();
    assert_eq!(all, [complete, shard.clone()]);

    let bytes = body();
    put(&ledger, bytes, 1, b"b", NOW).await;
    put(&ledger, bytes, 0, b"a", NOW).await;
    shard.latest = Some(SignedCrl { finality: Finality::Last, ..signed(bytes, 2) });
    (shard.due_at, shard.published) = (Some(NOW), Some(5));
    let replace = changes().replace(shard.clone(), Version(1));
    commit_pki(&ledger, replace).await.expect("it is replaced");

    assert_eq!(read().await, (shard.clone(), Version(2)));
    let chunk = async |number| ledger.crl_chunk(bytes, number).await.expect("reads");
    assert_eq!(chunk(0).await, Some(b"a".to_vec()));
    assert_eq!(chunk(1).await, Some(b"b".to_vec()));
    assert_eq!(chunk(2).await, None);
    let late = changes().replace(shard.clone(), Version(1));
    assert!(conflicts(&commit_pki(&ledger, late).await));
    for latest in [signed(body(), 1), signed(bytes, 3)] {
        shard.latest = Some(latest.clone());
        let without_bytes = changes().replace(shard.clone(), Version(2));
        assert!(conflicts(&commit_pki(&ledger, without_bytes).await));
        let other = List { shard: Some(8), ..shard.list };
        let first = changes().insert(Head { latest: Some(latest), ..head(other, account.id) });
        assert!(conflicts(&commit_pki(&ledger, first).await));
    }
}

/// Bodies and who names them.
pub async fn a_body_is_forgotten_some_time_after_its_head_left_it(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let list = List::complete(root(account.id).id);
    let [first, second, nobodys] = [body(), body(), body()];
    for (body, at) in [(first, NOW - DAY), (second, NOW), (nobodys, NOW - DAY)] {
        for number in 0..20 {
            put(&ledger, body, number, &[7], at).await;
        }
    }
    let mut head = Head { latest: Some(signed(first, 20)), ..head(list, account.id) };
    commit_pki(&ledger, changes().insert(head.clone())).await.expect("it is inserted");
    let there = async || {
        let mut there = Vec::new();
        for body in [first, second, nobodys] {
            there.push(ledger.crl_chunk(body, 19).await.expect("reads").is_some());
        }
        there
    };
    let forget = async |idle_since| {
        ledger.forget_crl_bodies(idle_since).await.expect("they are forgotten");
    };

    forget(NOW - DAY).await;
    assert_eq!(there().await, [true, true, true]);
    forget(NOW - Duration::from_secs(60)).await;
    assert_eq!(there().await, [true, true, false]);

    head.latest = Some(signed(second, 20));
    commit_pki(&ledger, changes().replace(head, Version(1))).await.expect("it is replaced");
    forget(NOW - Duration::from_secs(60)).await;
    assert_eq!(there().await, [true, true, false]);
    forget(NOW + Duration::from_secs(60)).await;
    assert_eq!(there().await, [false, true, false]);
}

/// What a list tells.
pub async fn a_list_tells_what_was_revoked_when_it_was_asked(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let issuer = root(account.id);
    let list = List::complete(issuer.id);
    // Serial numbers of every size: those of this service, and what others chose.
    let serials = [serial().to_hex(), "7f".into(), "80".into(), "0102".into(), "ff00".into()];
    let mut all: Vec<Revocation> = serials
        .iter()
        .map(|hex| revocation(issuer.id, account.id, SerialNumber::from_hex(hex).expect("one")))
        .collect();
    all[1].reason = RevocationReason::KeyCompromise;
    all[2].revoked_at = Timestamp::from_seconds(UnixTime::GENERALIZED.0);
    all[3].revoked_at = Timestamp::from_seconds(UnixTime::GENERALIZED.0 - 1);
    all[4].not_after = NOW;
    let anothers = revocation(root(account.id).id, account.id, serial());
    let insert = all.iter().fold(changes(), |changes, one| changes.insert(one.clone()));
    let insert = insert.insert(anothers).add(list.unpublished(), 5, None);
    commit_pki(&ledger, insert).await.expect("all are inserted");

    let snapshot = ledger.told_by(list, Past::default()).await.expect("reads");
    let late = revocation(issuer.id, account.id, serial());
    let insert = changes().insert(late).add(list.unpublished(), 1, None);
    commit_pki(&ledger, insert).await.expect("it is inserted");
    let mut snapshot = snapshot;
    let tally = snapshot.tally();
    let mut before = Vec::new();
    while let Some(entries) = Some(snapshot.next().await.expect("reads")).filter(|e| !e.is_empty())
    {
        before.extend(entries);
    }

    let octets = |entry: &RevokedCertificate| entry.serial.to_hex();
    let mut expected = serials.to_vec();
    expected.sort();
    assert_eq!(before.iter().map(octets).collect::<Vec<_>>(), expected);
    assert_eq!(tally.sizes, sizes(&before));
    assert_eq!((tally.unpublished, tally.latest), (5, Some(all[2].revoked_at)));
    let of = |hex: &str| before.iter().find(|entry| entry.serial.to_hex() == hex);
    assert_eq!(of("7f").and_then(|entry| entry.reason), Some(ReasonCode::KeyCompromise));
    assert_eq!(of("80").map(|entry| entry.revocation_date), Some(UnixTime::GENERALIZED));
    assert_eq!(of("80").and_then(|entry| entry.reason), None);
    assert!(told(&ledger, list, Past::default()).await.0.through > tally.through);
    // Only one of what was recorded before has ended by then.
    let past = Past { through: tally.through, ended_before: NOW + Duration::from_millis(1) };
    let (tally, after) = told(&ledger, list, past).await;
    assert_eq!((after.len(), tally.sizes, tally.unpublished), (5, sizes(&after), 6));
    assert!(!after.iter().any(|entry| entry.serial.to_hex() == "ff00"));
    let past = Past { through: past.through, ended_before: NOW + 9 * DAY };
    assert_eq!(told(&ledger, list, past).await.1.len(), 1, "the one that came later");
}

/// What a shard tells.
pub async fn a_shard_tells_its_own_alone(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let issuer = root(account.id);
    let complete = List::complete(issuer.id);
    let mut insert = changes();
    for shard in [None, Some(0), Some(1), Some(1)] {
        let one = Revocation { shard, ..revocation(issuer.id, account.id, serial()) };
        insert = insert.insert(one);
    }
    commit_pki(&ledger, insert).await.expect("all are inserted");

    for (shard, count) in [(None, 4), (Some(0), 1), (Some(1), 2), (Some(2), 0)] {
        let (tally, entries) = told(&ledger, List { shard, ..complete }, Past::default()).await;
        assert_eq!((entries.len(), tally.sizes), (count, sizes(&entries)), "{shard:?}");
    }
}

/// Lists with work to do.
pub async fn lists_are_due_when_something_is_to_be_told(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let due = async |now| {
        let mut due = ledger.crls_due(now, 100).await.expect("reads");
        due.sort_by_key(|(list, _)| *list);
        due
    };
    let authority = root(account.id);
    let workspaces = root(account.id);
    let insert = changes()
        .insert(crl(&authority, bucket("a")))
        .insert(authority.clone())
        .insert(crl(&workspaces, CrlAddress::System))
        .insert(workspaces.clone());
    commit_pki(&ledger, insert).await.expect("all are inserted");
    let complete = List::complete(authority.id);
    assert_eq!(due(NOW).await, [(complete, Work::Make)], "it was never made");

    let mut off = crl(&authority, bucket("a"));
    off.configuration.enabled = false;
    commit_pki(&ledger, changes().replace(off, Version(1))).await.expect("it is replaced");
    assert!(due(NOW).await.is_empty(), "switched off, and nothing waits");
    let waits = changes().add(complete.unpublished(), 1, None);
    commit_pki(&ledger, waits).await.expect("it waits");
    assert_eq!(due(NOW).await, [(complete, Work::Make)], "switched off before the first one");
    let again = changes()
        .add(complete.unpublished(), -1, None)
        .replace(crl(&authority, bucket("a")), Version(2));
    commit_pki(&ledger, again).await.expect("it is replaced");

    let bytes = body();
    put(&ledger, bytes, 0, b"a", NOW).await;
    let mut made = Head {
        latest: Some(signed(bytes, 1)),
        due_at: Some(NOW + DAY),
        ..head(complete, account.id)
    };
    commit_pki(&ledger, changes().insert(made.clone())).await.expect("it is inserted");
    assert_eq!(due(NOW).await, [(complete, Work::Publish)]);
    assert_eq!(due(NOW + DAY).await, [(complete, Work::Make)], "making comes first");

    made.published = Some(NOW.as_millis());
    commit_pki(&ledger, changes().replace(made.clone(), Version(1))).await.expect("it is replaced");
    assert!(due(NOW).await.is_empty());

    let shard = List { shard: Some(3), ..complete };
    let waiting = changes().insert(head(shard, account.id)).add(shard.unpublished(), 1, None).add(
        List::complete(workspaces.id).unpublished(),
        1,
        None,
    );
    commit_pki(&ledger, waiting).await.expect("they wait");
    assert_eq!(due(NOW).await, [(shard, Work::Make)]);

    made.latest = Some(SignedCrl { finality: Finality::Last, ..signed(bytes, 1) });
    made.due_at = None;
    let last = changes()
        .replace(made.clone(), Version(2))
        .add(complete.unpublished(), 1, None)
        .add(shard.unpublished(), -1, None);
    commit_pki(&ledger, last).await.expect("it is replaced");
    assert!(due(NOW + 900 * DAY).await.is_empty(), "none follows the last one");

    made.published = None;
    let gone = changes().replace(made, Version(3)).remove(authority.row(), Version(1));
    commit_pki(&ledger, gone).await.expect("its authority is removed");
    assert_eq!(due(NOW).await, [(complete, Work::Publish)], "the last one is still published");
    assert!(ledger.crls_due(NOW, 0).await.expect("reads").is_empty());
}
