//! A CRL of very many entries is made in little memory. In a process of its own, whose memory nobody
//! else uses. `CINNABAR_REVOCATIONS` chooses how many there are.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]
#![expect(clippy::expect_used, reason = "a test ends where it fails")]

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use keys::{MasterKey, Vault};
use ledger::system::SystemRandom;
use ledger::{AccountId, Actor, Author, CaId, ChangeId, Changes, Clock, Origin, Random, Timestamp};
use pki::authority::{NewAuthority, Plan};
use pki::crl::{Crl, CrlAddress, CrlConfiguration, Head, List, Location, Sharding, SignedCrl};
use pki::lease::{Claim, Lease, Leases, Start};
use pki::validity::{Validity, ValidityUnit};
use pki::{DistinguishedName, Pki, Record, Revocation, RevocationReason, Settings, Store};
use store::{DataKeyRow, Database, Options};
use testkit::TestClock;
use x509::key::{HashAlgorithm, KeyAlgorithm};
use x509::serial::SerialNumber;

/// As many as make a list larger than the memory that may be used.
const REVOCATIONS: u32 = 200_000;
/// How many are in a shard.
const OF_A_SHARD: u32 = 16_000;
/// How many are committed at a time.
const BATCH: u32 = 5_000;
/// The most memory that making CRLs takes, in KiB, however many entries they have.
const MEMORY: u64 = 9 * 1024;
/// The most octets of a shard's CRL.
const SHARD: u64 = 1_000_000;

/// A number of KiB in the process's own account of its memory.
fn kibibytes(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Does something; gives its result, how long it took, and how much more memory it used at its peak.
async fn measured<T>(what: impl Future<Output = T>) -> (T, Duration, u64) {
    // Lets the peak begin anew from what is used now (proc_pid_clear_refs(5)).
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = kibibytes("VmRSS");
    let started = Instant::now();
    let done = what.await;
    (done, started.elapsed(), kibibytes("VmHWM").saturating_sub(before))
}

struct World {
    database: Database,
    pki: Pki,
    clock: Arc<TestClock>,
    author: Author,
    issuer: CaId,
    _directory: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("cinnabar.db");
        let database = Database::open(&path, Options::default()).unwrap();
        let (clock, random) = (Arc::new(TestClock::default()), Arc::new(SystemRandom));
        let new = Vault::create(&MasterKey::generate(&*random), random.clone()).unwrap();
        let author = Author {
            account: AccountId::generate(&*clock, &*random),
            origin: Origin { actor: Actor::Server, address: None, request_id: String::new() },
            expectations: Vec::new(),
        };
        let created_at = clock.now();
        let data_key =
            DataKeyRow { id: new.data_key.id, wrapped: new.data_key.wrapped, created_at };
        let event = author.event(created_at, "test", author.account);
        let founding = Changes::new(ChangeId::generate(&*clock, &*random), event)
            .insert(data_key)
            .insert(store::Record::Canary(new.canary));
        database.commit_all(founding).await.unwrap();
        let pki = Pki::new(
            Arc::new(database.clone()),
            Arc::new(new.vault),
            clock.clone(),
            random,
            Settings::default(),
        );
        let root = NewAuthority {
            subject: DistinguishedName { common_name: "Root".to_owned(), ..subject() },
            key_algorithm: KeyAlgorithm::EcP256,
            enterprise_project: "0".to_owned(),
            plan: Plan::Root {
                hash: HashAlgorithm::Sha256,
                validity: Validity { unit: ValidityUnit::Year, amount: 10, start: None },
            },
            crl: None,
        };
        let issuer = pki.create_authority(&author, root).await.unwrap();
        Self { database, pki, clock, author, issuer, _directory: directory }
    }

    fn changes(&self) -> Changes<Record> {
        let event = self.author.event(self.clock.now(), "test", self.issuer);
        Changes::new(ChangeId::generate(&*self.clock, &SystemRandom), event)
    }

    async fn commit(&self, changes: Changes<Record>) {
        Store::commit(&self.database, changes).await.unwrap();
    }

    fn list(&self, shard: Option<u32>) -> List {
        List { authority: self.issuer, shard }
    }

    async fn configure(&self, shards: u32) {
        let location = Location { bucket: "local".to_owned(), name: "a".to_owned() };
        let crl = Crl {
            authority: self.issuer,
            account: self.author.account,
            configuration: CrlConfiguration {
                enabled: true,
                address: CrlAddress::Bucket(location),
                valid_days: 7,
            },
            sharding: Sharding::On,
        };
        let heads = (0..shards).map(|shard| Head {
            list: self.list(Some(shard)),
            account: self.author.account,
            names: vec![format!("http://crl.example/crl/local/a/{shard}.crl")],
            latest: None,
            due_at: None,
            published: None,
        });
        self.commit(heads.fold(self.changes().insert(crl), Changes::insert)).await;
    }

    async fn revoke(&self, from: u32, to: u32) {
        let random: &dyn Random = &SystemRandom;
        let revoked_at = self.clock.now().floor_to_second();
        let complete = self.list(None).unpublished();
        let mut changes = self.changes().add(complete, i64::from(to - from), None);
        for place in from..to {
            let shard = Some(place / OF_A_SHARD);
            changes = changes.add(self.list(shard).unpublished(), 1, None).insert(Revocation {
                account: self.author.account,
                issuer: self.issuer,
                shard,
                serial: SerialNumber::from_random(random.bytes()),
                revoked_at,
                reason: RevocationReason::KeyCompromise,
                not_after: Timestamp::from_seconds(4_000_000_000),
            });
        }
        self.commit(changes).await;
    }

    async fn lease(&self) -> Lease {
        let claim = Claim {
            name: "crl",
            holder: "test",
            lasts: Duration::from_secs(3600),
            rests: Duration::ZERO,
            start: Start::AtOnce,
        };
        self.database.acquire(claim).await.unwrap().expect("nobody else has it")
    }

    async fn refresh(&self, shard: Option<u32>, lease: &Lease) -> SignedCrl {
        self.pki.refresh_crl(self.list(shard), lease).await.unwrap().expect("one is made")
    }
}

fn subject() -> DistinguishedName {
    DistinguishedName {
        common_name: String::new(),
        country: "CN".to_owned(),
        state: "Beijing".to_owned(),
        locality: "Beijing".to_owned(),
        organization: "Example".to_owned(),
        organizational_unit: "CA".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crl_of_very_many_entries_takes_little_memory_and_no_shard_is_large() {
    let world = World::new().await;
    let revocations = match std::env::var("CINNABAR_REVOCATIONS") {
        Ok(count) => count.parse().unwrap(),
        Err(_) => REVOCATIONS,
    };
    let shards = revocations.div_ceil(OF_A_SHARD);
    world.configure(shards).await;
    for from in (0..revocations).step_by(BATCH as usize) {
        world.revoke(from, revocations.min(from + BATCH)).await;
    }
    let lease = world.lease().await;

    let (complete, time, memory) = measured(world.refresh(None, &lease)).await;
    println!("complete: {revocations} entries, {} octets, {time:?}, {memory} KiB", complete.octets);
    assert!(complete.octets > u64::from(revocations) * 50);
    assert!(memory < MEMORY, "{memory} KiB");

    let all = async {
        let mut largest = 0;
        for shard in 0..shards {
            largest = world.refresh(Some(shard), &lease).await.octets.max(largest);
        }
        largest
    };
    let (largest, time, memory) = measured(all).await;
    println!("{shards} shards: the largest of {largest} octets, {time:?}, {memory} KiB");
    assert!(largest < SHARD, "{largest} octets");
    assert!(memory < MEMORY, "{memory} KiB");

    let mut times = Vec::new();
    for place in 0..200 {
        let started = Instant::now();
        world.revoke(revocations + place, revocations + place + 1).await;
        times.push(started.elapsed());
    }
    times.sort();
    println!("a revocation: median {:?}, p99 {:?}", times[100], times[197]);
}
