//! Several servers on one database.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use ledger::system::{SystemClock, SystemRandom};
use ledger::{
    AccountId, Actor, AuditEvent, ChangeId, Changes, CommitError, Origin, Outcome, StoreError,
    Timestamp,
};
use pki::company::{Company, CompanyProfile, ProfileOrigin};
use pki::lease::{Claim, Ended, Held, Lease, WorkRecord};
use store::{Database, Options, Record};
use tokio::sync::Notify;

use super::work::Cause;
use super::*;
use crate::stop;

/// Long enough for any machine, short enough to end a test that hangs.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longer than a test runs.
const HOUR: Duration = Duration::from_secs(3600);

fn open(directory: &Path) -> Database {
    Database::open(&directory.join("ledger.db"), Options::default()).unwrap()
}

fn scheduler(leases: impl Leases + 'static, lasts: Duration) -> Scheduler {
    Scheduler { lasts, ..Scheduler::new(Arc::new(leases), &SystemRandom) }
}

/// Work that only counts how often it was done.
#[derive(Default)]
struct Counted {
    runs: AtomicUsize,
    fails: AtomicBool,
    panics: AtomicBool,
}

#[async_trait]
impl Work for Counted {
    fn kind(&self) -> &'static str {
        "counted"
    }

    fn name(&self) -> String {
        "counted".to_owned()
    }

    fn rest(&self, _: Duration) -> Duration {
        HOUR
    }

    async fn run(&self, _: &Lease) -> Result<(), Cause> {
        tokio::time::sleep(Duration::from_millis(20)).await;
        self.runs.fetch_add(1, Ordering::SeqCst);
        assert!(!self.panics.load(Ordering::SeqCst), "the test wants a panic");
        if self.fails.load(Ordering::SeqCst) { Err("the disk is full".into()) } else { Ok(()) }
    }
}

/// Work that commits after the test has let it go on.
struct Slow {
    database: Database,
    account: AccountId,
    begun: Notify,
    go_on: Notify,
    fate: std::sync::Mutex<Option<Result<(), CommitError>>>,
}

impl Slow {
    fn on(database: &Database) -> Self {
        Self {
            database: database.clone(),
            account: AccountId::generate(&SystemClock, &SystemRandom),
            begun: Notify::new(),
            go_on: Notify::new(),
            fate: std::sync::Mutex::default(),
        }
    }
}

#[async_trait]
impl Work for Slow {
    fn kind(&self) -> &'static str {
        "slow"
    }

    fn name(&self) -> String {
        "slow".to_owned()
    }

    fn rest(&self, _: Duration) -> Duration {
        HOUR
    }

    async fn run(&self, lease: &Lease) -> Result<(), Cause> {
        self.begun.notify_one();
        self.go_on.notified().await;
        let (account, company) = (self.account, Company::default());
        let profile = CompanyProfile { account, company, origin: ProfileOrigin::Chosen };
        let record = Record::Pki(profile.into());
        let changes = lease.expected_by(changes(account).insert(record));
        let fate = self.database.commit_all(changes).await;
        let failed = fate.is_err();
        *self.fate.lock().unwrap() = Some(fate);
        if failed { Err("not committed".into()) } else { Ok(()) }
    }
}

fn changes(account: AccountId) -> Changes<Record> {
    let event = AuditEvent {
        at: Timestamp::from_millis(1),
        account: Some(account),
        origin: Origin { actor: Actor::Server, address: None, request_id: String::new() },
        action: "set_company",
        object: None,
        outcome: Outcome::Done,
        detail: None,
        count: 1,
    };
    Changes::new(ChangeId::generate(&SystemClock, &SystemRandom), event)
}

/// The leases of a process that was stopped: it renews nothing, and does not notice.
struct Paused(Database);

#[async_trait]
impl Leases for Paused {
    async fn acquire(&self, claim: Claim<'_>) -> Result<Option<Lease>, CommitError> {
        self.0.acquire(claim).await
    }

    async fn renew(&self, _: &Lease, _: Duration) -> Result<Held, CommitError> {
        std::future::pending().await
    }

    async fn release(&self, lease: &Lease, ended: Ended) -> Result<Held, CommitError> {
        self.0.release(lease, ended).await
    }

    async fn work(&self, name: &str) -> Result<Option<WorkRecord>, StoreError> {
        self.0.work(name).await
    }
}

async fn recorded(database: &Database, name: &str) -> WorkRecord {
    database.work(name).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_servers_on_a_database_one_does_the_work() {
    let directory = tempfile::tempdir().unwrap();
    let servers = [(); 2].map(|()| scheduler(open(directory.path()), LEASE));
    let work = Arc::new(Counted::default());
    let (_stopper, stop) = stop::channel();

    let mut turns = JoinSet::new();
    for turn in 0..10 {
        let (server, stop) = (servers[turn % 2].clone(), stop.clone());
        let work: Arc<dyn Work> = Arc::<Counted>::clone(&work);
        turns.spawn(async move { server.turn(&work, Start::WhenDue, &stop).await });
    }
    let turns = turns.join_all().await;

    assert_eq!(turns.iter().filter(|turn| **turn == Turn::Done).count(), 1, "{turns:?}");
    assert_eq!(turns.iter().filter(|turn| **turn == Turn::NotOurs).count(), 9, "{turns:?}");
    assert_eq!(work.runs.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_paused_in_the_middle_of_its_work_cannot_commit() {
    let directory = tempfile::tempdir().unwrap();
    let (one, other) = (open(directory.path()), open(directory.path()));
    let paused = scheduler(Paused(one.clone()), Duration::from_millis(50));
    let (_stopper, stop) = stop::channel();
    let work = Arc::new(Slow::on(&one));
    let (own, its) = (Arc::<Slow>::clone(&work) as Arc<dyn Work>, stop.clone());
    let turn = tokio::spawn(async move { paused.turn(&own, Start::WhenDue, &its).await });
    tokio::time::timeout(PATIENCE, work.begun.notified()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(80)).await;
    let second = Arc::new(Slow::on(&other));
    second.go_on.notify_one();
    let as_work: Arc<dyn Work> = Arc::<Slow>::clone(&second);
    let done = scheduler(other.clone(), LEASE).turn(&as_work, Start::WhenDue, &stop).await;
    assert_eq!(done, Turn::Done);

    work.go_on.notify_one();
    let turn = tokio::time::timeout(PATIENCE, turn).await.unwrap().unwrap();

    assert_eq!(turn, Turn::Failed);
    let fate = work.fate.lock().unwrap().take();
    assert!(matches!(fate, Some(Err(CommitError::Conflict))), "{fate:?}");
    let record = recorded(&other, "slow").await;
    assert_eq!((record.failures, record.last_error), (0, None), "what the other one recorded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_is_renewed_while_the_work_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let database = open(directory.path());
    let server = scheduler(database.clone(), Duration::from_millis(300));
    let (_stopper, stop) = stop::channel();
    let work = Arc::new(Slow::on(&database));
    let (own, its) = (Arc::<Slow>::clone(&work) as Arc<dyn Work>, stop.clone());
    let turn = tokio::spawn(async move { server.turn(&own, Start::WhenDue, &its).await });
    tokio::time::timeout(PATIENCE, work.begun.notified()).await.unwrap();

    tokio::time::sleep(Duration::from_millis(900)).await;

    let second: Arc<dyn Work> = Arc::new(Slow::on(&database));
    let other = scheduler(open(directory.path()), LEASE);
    assert_eq!(other.turn(&second, Start::AtOnce, &stop).await, Turn::NotOurs);
    work.go_on.notify_one();
    assert_eq!(tokio::time::timeout(PATIENCE, turn).await.unwrap().unwrap(), Turn::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_dropped_when_its_lease_is_lost() {
    let directory = tempfile::tempdir().unwrap();
    let (one, other) = (open(directory.path()), open(directory.path()));
    let server = scheduler(one.clone(), Duration::from_millis(900));
    let (_stopper, stop) = stop::channel();
    let work = Arc::new(Slow::on(&one));
    let (own, its) = (Arc::<Slow>::clone(&work) as Arc<dyn Work>, stop.clone());
    let turn = tokio::spawn(async move { server.turn(&own, Start::WhenDue, &its).await });
    tokio::time::timeout(PATIENCE, work.begun.notified()).await.unwrap();
    // Somebody with shorter leases takes a longer one for that of a clock that was set back.
    let claim = Claim {
        name: "slow",
        holder: "somebody",
        lasts: Duration::from_millis(1),
        rests: HOUR,
        start: Start::AtOnce,
    };
    assert!(other.acquire(claim).await.unwrap().is_some());

    let turn = tokio::time::timeout(PATIENCE, turn).await.unwrap().unwrap();

    assert_eq!(turn, Turn::Lost);
    assert!(work.fate.lock().unwrap().is_none(), "it never came to its commit");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_recorded_and_waits_also_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let (_stopper, stop) = stop::channel();
    let failing = Arc::new(Counted { fails: true.into(), ..Counted::default() });
    let work: Arc<dyn Work> = Arc::<Counted>::clone(&failing);
    let first = open(directory.path());
    let turn = scheduler(first.clone(), LEASE).turn(&work, Start::AtOnce, &stop).await;
    assert_eq!(turn, Turn::Failed);
    first.close();
    drop(first);

    let again = open(directory.path());
    let server = scheduler(again.clone(), LEASE);

    assert_eq!(server.turn(&work, Start::AtOnce, &stop).await, Turn::NotOurs);
    let record = recorded(&again, "counted").await;
    assert_eq!((record.failures, record.is_taken), (1, false));
    assert_eq!(record.last_error.as_deref(), Some("the disk is full"));
    failing.fails.store(false, Ordering::SeqCst);
    tokio::time::sleep(backoff::after(0)).await;
    assert_eq!(server.turn(&work, Start::WhenDue, &stop).await, Turn::Done);
    assert_eq!(recorded(&again, "counted").await.failures, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_panics_has_failed_and_the_scheduler_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let database = open(directory.path());
    let (_stopper, stop) = stop::channel();
    let work: Arc<dyn Work> = Arc::new(Counted { panics: true.into(), ..Counted::default() });

    let turn = scheduler(database.clone(), LEASE).turn(&work, Start::AtOnce, &stop).await;

    assert_eq!(turn, Turn::Failed);
    let record = recorded(&database, "counted").await;
    assert!(record.last_error.is_some_and(|error| error.contains("panic")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_leaves_the_work_to_others_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let database = open(directory.path());
    let server = scheduler(database.clone(), LEASE);
    let (stopper, stop) = stop::channel();
    let work = Arc::new(Slow::on(&database));
    let own: Arc<dyn Work> = Arc::<Slow>::clone(&work);
    let running = tokio::spawn(async move { server.repeat(own, HOUR, stop).await });
    tokio::time::timeout(PATIENCE, work.begun.notified()).await.unwrap();

    stopper.give();
    tokio::time::timeout(PATIENCE, running).await.unwrap().unwrap();

    let record = recorded(&database, "slow").await;
    assert_eq!((record.failures, record.is_taken), (0, false));
    let (_stopper, stop) = stop::channel();
    let second = Arc::new(Slow::on(&database));
    second.go_on.notify_one();
    let second: Arc<dyn Work> = second;
    let other = scheduler(open(directory.path()), LEASE);
    assert_eq!(other.turn(&second, Start::WhenDue, &stop).await, Turn::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_while_no_server_ran_is_done_once_at_the_next_start() {
    let directory = tempfile::tempdir().unwrap();
    let work = Arc::new(Counted::default());
    for starts in 1..=2 {
        // Due again in an hour by the database, and no server is there when it is.
        let database = open(directory.path());
        let servers = [(); 2].map(|()| scheduler(database.clone(), LEASE));
        let (_stopper, stop) = stop::channel();
        let first: Arc<dyn Work> = Arc::<Counted>::clone(&work);
        assert_eq!(servers[0].turn(&first, Start::AtOnce, &stop).await, Turn::Done);
        assert_eq!(servers[1].turn(&first, Start::WhenDue, &stop).await, Turn::NotOurs);
        assert_eq!(work.runs.load(Ordering::SeqCst), starts);
        drop(servers);
        database.close();
    }
}

/// An authority that was deleted, on a database whose server is then down for longer than it could be
/// restored.
#[tokio::test(flavor = "multi_thread")]
async fn an_authority_whose_time_ended_while_no_server_ran_is_destroyed_at_the_start() {
    let server = testkit::TestServer::start().await;
    let path = "/v1/private-certificate-authorities";
    let body = serde_json::json!({
        "type": "ROOT",
        "distinguished_name": {
            "common_name": "R", "country": "CN", "state": "S", "locality": "L",
            "organization": "O", "organizational_unit": "U",
        },
        "key_algorithm": "EC256",
        "signature_algorithm": "SHA256",
        "validity": { "type": "YEAR", "value": 3 },
    });
    let root = server.post(path, body).await.string("/ca_id");
    for (method, ending) in [("POST", "/disable"), ("DELETE", "?pending_days=7")] {
        let method = axum::http::Method::try_from(method).unwrap();
        let path = format!("{path}/{root}{ending}");
        let answer = server.call(&server.owner.token, method, &path, None).await;
        assert!(answer.status.is_success(), "{}", answer.text());
    }
    let destroyed = async || {
        let events = server.audit().await;
        events.iter().filter(|event| event.contains("delete_authority")).count() - 1
    };
    server.clock.advance(7 * 86_400 - 60);
    let all = |kind: &str| {
        let mut all = Periodic::all(&server.pki).into_iter();
        Arc::new(all.find(|work| work.kind() == kind).unwrap()) as Arc<dyn Work>
    };
    let (_stopper, stop) = stop::channel();
    let work = all("destroy_authorities");
    let first = scheduler(server.database.clone(), LEASE);
    assert_eq!(first.turn(&work, Start::AtOnce, &stop).await, Turn::Done);
    assert_eq!(destroyed().await, 0, "it can still be restored");

    server.clock.advance(40 * 86_400);
    let again = scheduler(server.database.clone(), LEASE);

    assert_eq!(again.turn(&work, Start::AtOnce, &stop).await, Turn::Done);
    assert_eq!(destroyed().await, 1);
}
