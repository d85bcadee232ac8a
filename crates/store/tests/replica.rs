//! Lists and exports from a standby of the server: current, behind, away, of somebody else.
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use iam::Directory;
use ledger::system::{SystemClock, SystemRandom};
use ledger::{
    AccountId, Actor, AuditEvent, CaId, CertificateId, ChangeId, Changes, Counter, CsrId, Origin,
    Outcome, Quota, Timestamp,
};
use pki::company::Company;
use pki::csr::{Csr, CsrFilter, Usage};
use pki::{Authorities, Lists, Objects, Page, Replica, Store};
use postgres_cluster::{Cluster, Durability as Lasting, TestDatabase};
use store::{Database, Demands, Durability, OpenError, Options, PostgresAddress, Standby};
use x509::KeyAlgorithm;

/// The longest until a replica is used again that could not be.
const AGAIN: Duration = Duration::from_secs(30);

/// A server, a standby of it, and a database that reads from both. Each goes before what it needs.
struct Site {
    database: Database,
    server: TestDatabase,
    standby: Cluster,
    primary: Arc<Cluster>,
    account: AccountId,
}

impl Site {
    fn new() -> Self {
        let primary = Arc::new(Cluster::start(Lasting::Fast));
        let server = TestDatabase::new(&primary);
        // Not one who may do anything.
        let name = server.name();
        server.run(&format!("CREATE ROLE plain LOGIN; ALTER DATABASE {name} OWNER TO plain"));
        let standby = primary.standby();
        let database = open(&plain(&server.url())).reading_from(&at(&standby, name)).unwrap();
        let account = AccountId::generate(&SystemClock, &SystemRandom);
        Self { database, server, standby, primary, account }
    }

    /// The same database on another node, which has no replica.
    fn another_node(&self) -> Database {
        open(&plain(&self.server.url()))
    }

    /// The identifiers in the account's list, and whether the replica gave it.
    async fn list(&self) -> (Vec<CsrId>, bool) {
        list(&self.database, self.account).await
    }

    /// The replica for one operation, as soon as it is used.
    async fn replica(&self) -> Arc<dyn Replica> {
        let until = Instant::now() + AGAIN;
        loop {
            match self.database.replica().await {
                Some(replica) => return replica,
                None => assert!(Instant::now() < until, "the replica is not used"),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// How many sessions with the replica the database has.
    async fn sessions(&self) -> u32 {
        let watched = self.database.watched(Timestamp::from_millis(1), 1).await.unwrap();
        let of_replica = watched.connections.into_iter().find(|(use_, _)| *use_ == "replica");
        of_replica.unwrap().1
    }

    /// Waits until the replica gives the list.
    async fn list_of_replica(&self) -> Vec<CsrId> {
        let until = Instant::now() + AGAIN;
        loop {
            match self.list().await {
                (found, true) => return found,
                (_, false) => assert!(Instant::now() < until, "the replica is not used"),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// When a session of the database with the standby did something last.
    fn last_use(&self) -> Option<String> {
        self.standby.run(
            "SELECT CAST(max(state_change) AS text) FROM pg_stat_activity
             WHERE application_name = 'cinnabar'",
        )
    }
}

/// The identifiers in an account's list, and whether the replica gave it.
async fn list(database: &Database, account: AccountId) -> (Vec<CsrId>, bool) {
    let (filter, page) = (CsrFilter::default(), Page { limit: 1000, offset: 0 });
    let (listed, is_of_replica) = match database.replica().await {
        Some(replica) => (replica.csrs(account, &filter, page).await.unwrap(), true),
        None => (database.csrs(account, &filter, page).await.unwrap(), false),
    };
    (listed.entries.into_iter().map(|csr| csr.id).collect(), is_of_replica)
}

fn plain(url: &str) -> String {
    url.replace("user=cinnabar", "user=plain")
}

fn at(standby: &Cluster, database: &str) -> PostgresAddress {
    plain(&standby.url(database)).parse().unwrap()
}

fn open(url: &str) -> Database {
    let demands = Demands { durability: Durability::Spared, standby: Standby::Asynchronous };
    Database::open_postgres(url.parse().unwrap(), demands).unwrap()
}

/// Commits a request of the account.
async fn commit(database: &Database, account: AccountId) -> CsrId {
    let at = Timestamp::from_millis(1_790_000_000_123);
    let id = CsrId::generate(&SystemClock, &SystemRandom);
    let csr = Csr {
        id,
        account,
        name: "a request".into(),
        domain_name: "example.com".into(),
        sans: String::new(),
        algorithm: KeyAlgorithm::EcP256,
        usage: Usage::Personal,
        company: Company::default(),
        request: "-----BEGIN CERTIFICATE REQUEST-----\n".into(),
        key: None,
        created_at: at,
        updated_at: at,
    };
    let event = AuditEvent {
        at,
        account: Some(account),
        origin: Origin { actor: Actor::Server, address: None, request_id: "r".into() },
        action: "create_csr",
        object: None,
        outcome: Outcome::Done,
        detail: None,
        count: 1,
    };
    let changes = Changes::new(ChangeId::generate(&SystemClock, &SystemRandom), event);
    Store::commit(database, changes.insert(csr)).await.unwrap();
    id
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap().block_on(future)
}

#[test]
fn a_list_has_what_was_answered_by_any_node_before() {
    let site = Site::new();
    let other = site.another_node();
    block_on(async {
        commit(&site.database, site.account).await;
        site.list_of_replica().await;
        let mut of_replica = 0;
        for turn in 0..60 {
            let node = if turn % 2 == 0 { &site.database } else { &other };
            let id = commit(node, site.account).await;

            let (found, is_of_replica) = site.list().await;

            assert!(found.contains(&id), "turn {turn}, of the replica: {is_of_replica}");
            of_replica += usize::from(is_of_replica);
        }
        // It may be slow for a moment; then the primary reads for a second.
        assert!(of_replica > 0);
    });
}

#[test]
fn the_replica_itself_reads_what_lists_and_exports_need() {
    let site = Site::new();
    block_on(async {
        let id = commit(&site.database, site.account).await;
        site.list_of_replica().await;
        let replica = site.replica().await;
        // Nobody else can.
        site.primary.pause();

        let filter = CsrFilter::default();
        let listed = replica.csrs(site.account, &filter, Page { limit: 10, offset: 0 }).await;
        let certificate = CertificateId::generate(&SystemClock, &SystemRandom);
        let none = replica.certificate(site.account, certificate).await;

        site.primary.resume();
        assert_eq!(listed.unwrap().entries.first().map(|csr| csr.id), Some(id));
        assert!(none.unwrap().is_none());
    });
}

#[test]
fn a_replica_that_is_behind_is_waited_for_shortly_and_used_again_later() {
    let site = Site::new();
    block_on(async {
        commit(&site.database, site.account).await;
        site.list_of_replica().await;
        site.standby.run("SELECT pg_wal_replay_pause()");
        let id = commit(&site.database, site.account).await;
        let begun = Instant::now();

        let (found, is_of_replica) = site.list().await;

        assert!(found.contains(&id) && !is_of_replica);
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        site.standby.run("SELECT pg_wal_replay_resume()");
        assert!(site.list_of_replica().await.contains(&id));
    });
}

#[test]
fn lists_go_on_while_the_replica_is_killed_or_hangs() {
    let site = Site::new();
    block_on(async {
        let mut ids = vec![commit(&site.database, site.account).await];
        site.list_of_replica().await;

        site.standby.kill();
        for _ in 0..3 {
            ids.push(commit(&site.database, site.account).await);
            let (found, is_of_replica) = site.list().await;
            assert!(ids.iter().all(|id| found.contains(id)) && !is_of_replica);
        }
        site.standby.restart();
        assert_eq!(site.list_of_replica().await.len(), ids.len());

        site.standby.pause();
        ids.push(commit(&site.database, site.account).await);
        let begun = Instant::now();
        let (found, is_of_replica) = site.list().await;
        assert!(found.len() == ids.len() && !is_of_replica);
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
        // Only those wait for it that were there before anybody knew.
        let until = Instant::now() + Duration::from_secs(4);
        while Instant::now() < until {
            let begun = Instant::now();
            assert_eq!(site.list().await.0.len(), ids.len());
            assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        site.standby.resume();
        assert_eq!(site.list_of_replica().await.len(), ids.len());
    });
}

#[test]
fn a_replica_that_hangs_keeps_nobody_waiting_who_asks_for_something_else() {
    let site = Site::new();
    let mut few = tokio::runtime::Builder::new_multi_thread();
    let few = few.worker_threads(2).max_blocking_threads(4).enable_all().build().unwrap();
    few.block_on(async {
        commit(&site.database, site.account).await;
        site.list_of_replica().await;
        site.standby.pause();
        let lists: Vec<_> = (0..24)
            .map(|_| {
                let (database, account, begun) =
                    (site.database.clone(), site.account, Instant::now());
                tokio::spawn(async move { (list(&database, account).await, begun.elapsed()) })
            })
            .collect();

        let authority = CaId::generate(&SystemClock, &SystemRandom);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(4) {
            let asked = Instant::now();
            assert!(site.database.authority(site.account, authority).await.unwrap().is_none());
            assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }

        let mut waited = 0;
        for listing in lists {
            let ((found, _), taken) = listing.await.unwrap();
            assert_eq!(found.len(), 1);
            assert!(taken < Duration::from_secs(15), "{taken:?}");
            waited += usize::from(taken > Duration::from_secs(3));
        }
        assert!(waited > 4, "{waited} lists waited for the replica");
        site.standby.resume();
        site.list_of_replica().await;
    });
}

#[test]
fn a_client_that_hangs_up_frees_no_session_that_still_reads() {
    let site = Site::new();
    block_on(async {
        commit(&site.database, site.account).await;
        site.list_of_replica().await;
        let mut held = Vec::new();
        for _ in 0..16 {
            held.push(site.replica().await);
        }
        assert!(site.database.replica().await.is_none());
        site.standby.pause();

        let account = site.account;
        let reads: Vec<_> = held
            .into_iter()
            .map(|replica| {
                tokio::spawn(async move {
                    let page = Page { limit: 10, offset: 0 };
                    replica.csrs(account, &CsrFilter::default(), page).await
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(300)).await;
        for read in reads {
            read.abort();
            assert!(read.await.is_err_and(|error| error.is_cancelled()));
        }

        assert!(site.database.replica().await.is_none());
        assert_eq!(site.sessions().await, 16);
        site.standby.resume();
        site.list_of_replica().await;
        assert_eq!(site.sessions().await, 16, "they are kept");
    });
}

#[test]
fn of_several_hosts_the_one_that_was_fit_is_asked_first() {
    let hanging = Arc::new(Cluster::start(Lasting::Fast));
    let primary = Arc::new(Cluster::start(Lasting::Fast));
    let server = TestDatabase::new(&primary);
    let standby = primary.standby();
    let port = format!("127.0.0.1:{}", primary.port());
    let both = format!("127.0.0.1:{},127.0.0.1:{}", hanging.port(), standby.port());
    let replica: PostgresAddress = server.tcp_url().replace(&port, &both).parse().unwrap();
    hanging.pause();
    let database = open(&server.url()).reading_from(&replica).unwrap();
    let account = AccountId::generate(&SystemClock, &SystemRandom);
    let site = Site { database, server, standby, primary, account };
    block_on(async {
        let kept = site.replica().await;
        let begun = Instant::now();

        let another = site.replica().await;

        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
        assert_eq!(site.sessions().await, 2);
        drop((kept, another));
    });
    hanging.resume();
}

#[test]
fn what_is_decided_by_is_never_read_from_the_replica() {
    let site = Site::new();
    block_on(async {
        commit(&site.database, site.account).await;
        site.list_of_replica().await;
        let before = site.last_use();
        let (database, account) = (&site.database, site.account);
        let authority = CaId::generate(&SystemClock, &SystemRandom);

        // Who asks, show and issuing, what stands before a write, a status, the account's quota.
        assert!(database.account(account).await.unwrap().is_none());
        assert!(database.authority(account, authority).await.unwrap().is_none());
        assert!(database.authority_attributes(account, authority).await.unwrap().is_none());
        assert!(database.revocations(authority, None, 1).await.unwrap().is_empty());
        Store::count(database, &Counter::of_account(Quota::Csrs, account)).await.unwrap();
        Store::epoch_now(database).await.unwrap();
        commit(database, account).await;
        database.ready().await.unwrap();

        assert_eq!(site.last_use(), before);
        // The same question sees a list.
        site.list_of_replica().await;
        assert_ne!(site.last_use(), before);
    });
}

#[test]
fn a_promoted_replica_is_not_used_any_more() {
    let site = Site::new();
    block_on(async {
        commit(&site.database, site.account).await;
        site.list_of_replica().await;

        site.standby.promote();

        let until = Instant::now() + Duration::from_secs(5);
        while Instant::now() < until {
            assert!(!site.list().await.1);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        // Nobody keeps a connection to who needs his own for others.
        assert_eq!(site.sessions().await, 0);
    });
}

#[test]
fn after_a_fail_over_a_replica_is_used_again_once_it_follows_the_new_primary() {
    let primary = Arc::new(Cluster::start(Lasting::Fast));
    let server = TestDatabase::new(&primary);
    drop(open(&server.url()));
    let (successor, standby) = (primary.standby(), primary.standby());
    let (first, second) = (format!(":{}/", primary.port()), format!(":{}/", successor.port()));
    let both = format!("{},127.0.0.1{second}", first.trim_end_matches('/'));
    let database = open(&server.tcp_url().replace(&first, &both));
    let replica = standby.url(server.name()).parse().unwrap();
    let database = database.reading_from(&replica).unwrap();
    let account = AccountId::generate(&SystemClock, &SystemRandom);
    let site = Site { database, server, standby, primary, account };
    block_on(async {
        commit(&site.database, account).await;
        site.list_of_replica().await;

        site.primary.kill();
        successor.promote();

        let (socket, port) = (successor.path().display(), successor.port());
        site.standby.run(&format!(
            "ALTER SYSTEM SET primary_conninfo = 'user=cinnabar host={socket} port={port}'"
        ));
        site.standby.run("SELECT pg_reload_conf()");
        tokio::time::sleep(Duration::from_millis(1100)).await;
        let until = Instant::now() + AGAIN;
        while site.database.ready().await.is_err() {
            assert!(Instant::now() < until, "the new primary is not found");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let id = commit(&site.database, account).await;
        loop {
            let (found, is_of_replica) = site.list().await;
            assert!(found.contains(&id), "of the replica: {is_of_replica}");
            if is_of_replica {
                break;
            }
            assert!(Instant::now() < until, "the replica is not used");
            // What comes by itself every few minutes.
            successor.run("CHECKPOINT");
            site.standby.run("CHECKPOINT");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
}

#[test]
fn what_is_no_replica_of_the_database_is_refused_at_once() {
    let site = Site::new();
    let name = site.server.name().to_owned();
    let node = || site.another_node();
    let another = TestDatabase::new(&site.primary);
    let stranger = Arc::new(Cluster::start(Lasting::Fast));
    let theirs = TestDatabase::new(&stranger);
    let away: PostgresAddress = format!("postgres://plain@127.0.0.1:1/{name}").parse().unwrap();

    let refused = |address: PostgresAddress| match node().reading_from(&address) {
        Err(OpenError::ForeignReplica(told)) => assert_eq!(told, address.to_string()),
        other => panic!("{address}: {:?}", other.map(|_| ())),
    };

    // Another cluster, and another database of the same one.
    refused(theirs.url().parse().unwrap());
    refused(another.url().parse().unwrap());
    // One that is away, and one that is the primary itself, are found out and done without.
    for address in [away, plain(&site.server.url()).parse().unwrap()] {
        let database = node().reading_from(&address).unwrap();
        assert!(block_on(database.replica()).is_none());
    }
    let directory = tempfile::tempdir().unwrap();
    let file = Database::open(&directory.path().join("cinnabar.db"), Options::default()).unwrap();
    let refused = file.reading_from(&at(&site.standby, &name));
    assert!(matches!(refused, Err(OpenError::ReplicaOfFile)));
}
