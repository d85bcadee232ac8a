//! What the metrics tell of standbys: those that follow, and those without which nothing is committed.
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ledger::Timestamp;
use postgres_cluster::{Cluster, Durability as Lasting, Programs, TestDatabase};
use store::{Database, Demands, PostgresAddress, Standbys, Watched};

fn watched(database: &Database) -> Watched {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(database.watched(Timestamp::from_millis(1), 10)).unwrap()
}

/// Waits until the metrics tell this.
fn wait_for(database: &Database, expected: Standbys) {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let told = watched(database).standbys;
        if told == Some(expected) {
            return;
        }
        assert!(Instant::now() < until, "still {told:?} and not {expected:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_standby_that_goes_away_is_missed() {
    let cluster = Arc::new(Cluster::start(Lasting::Safe));
    // It goes after the database: removing that waits for it.
    let standby = cluster.standby();
    let server = TestDatabase::new(&cluster);
    cluster.require_standby();
    let name = server.name();
    server.run(&format!("CREATE ROLE plain LOGIN; ALTER DATABASE {name} OWNER TO plain"));
    let open = |url: String| {
        let address: PostgresAddress = url.parse().unwrap();
        Database::open_postgres(address, Demands::default()).unwrap()
    };
    let plain = open(server.url().replace("user=cinnabar", "user=plain"));
    let database = open(server.url());

    wait_for(&database, Standbys { connected: 1, synchronous: Some(1), required: 1 });
    assert_eq!(watched(&database).replicas.len(), 1);
    // Who may not know it is not told that all is well.
    wait_for(&plain, Standbys { connected: 1, synchronous: None, required: 1 });
    assert_eq!(watched(&plain).replicas, []);

    standby.kill();
    for database in [&database, &plain] {
        wait_for(database, Standbys { connected: 0, synchronous: Some(0), required: 1 });
        assert_eq!(watched(database).replicas, []);
    }

    standby.restart();
    wait_for(&database, Standbys { connected: 1, synchronous: Some(1), required: 1 });
}

/// What receives the log of a server into a directory, until it is dropped.
struct Receiver {
    process: Child,
    _directory: tempfile::TempDir,
}

impl Receiver {
    fn start(cluster: &Cluster, more: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut command = Programs::of_this_machine().command("pg_receivewal");
        command.arg("--directory").arg(directory.path()).args(more);
        command.args(["--dbname", &cluster.url("postgres")]).stderr(Stdio::null());
        Self { process: command.spawn().unwrap(), _directory: directory }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[test]
fn who_receives_the_log_is_a_standby_only_where_commits_wait_for_it() {
    let cluster = Arc::new(Cluster::start(Lasting::Safe));
    let server = TestDatabase::new(&cluster);
    let address: PostgresAddress = server.url().parse().unwrap();
    let database = Database::open_postgres(address, Demands::default()).unwrap();
    let receives = || {
        let receivers = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'";
        cluster.run(receivers).as_deref() == Some("1")
    };
    let until = Instant::now() + Duration::from_secs(30);

    let archive = Receiver::start(&cluster, &[]);
    while !receives() {
        assert!(Instant::now() < until, "nobody receives the log");
        std::thread::sleep(Duration::from_millis(50));
    }
    wait_for(&database, Standbys { connected: 0, synchronous: Some(0), required: 0 });
    drop(archive);

    let _waited_for = Receiver::start(&cluster, &["--synchronous"]);
    cluster.run("ALTER SYSTEM SET synchronous_standby_names = 'pg_receivewal'");
    cluster.run("SELECT pg_reload_conf()");
    wait_for(&database, Standbys { connected: 1, synchronous: Some(1), required: 1 });
    // Removing the database is a commit, too.
    cluster.run("ALTER SYSTEM RESET synchronous_standby_names");
    cluster.run("SELECT pg_reload_conf()");
}

#[test]
fn a_file_has_no_standbys() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    let database = Database::open(&path, store::Options::default()).unwrap();

    assert_eq!(watched(&database).standbys, None);
}
