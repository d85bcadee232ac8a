//! What happens to connections with a PostgreSQL server, and to the server.
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

#[expect(dead_code, reason = "these tests make what they need of it themselves")]
mod database;

use std::sync::Arc;
use std::time::{Duration, Instant};

use ledger::{ChangeId, Changes, CommitError, Timestamp};
use postgres_cluster::{Cluster, Durability as Lasting, TestDatabase};
use store::conformance::nodes::told;
use store::{
    DataKeyRow, Database, Demands, OpenError, PostgresAddress, Record, Rewrap, UnfitServer,
};

use database::open;

/// A server of this test's own and a database on it.
fn server() -> (Arc<Cluster>, TestDatabase, Database) {
    let cluster = Arc::new(Cluster::start(Lasting::Fast));
    let server = TestDatabase::new(&cluster);
    let database = open(&server.url());
    (cluster, server, database)
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

#[test]
fn a_read_goes_on_after_its_session_was_ended() {
    let (_cluster, server, database) = server();
    block_on(async {
        database.data_keys().await.unwrap();
        // It is removed when it is dropped.
        let _server = tokio::task::spawn_blocking(move || {
            server.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            );
            server
        })
        .await
        .unwrap();

        database.data_keys().await.unwrap();
        database.ready().await.unwrap();
    });
}

#[test]
fn a_server_that_was_killed_is_found_again_when_it_is_back() {
    let (cluster, _server, database) = server();
    block_on(async {
        database.ready().await.unwrap();
        cluster.kill();

        assert!(database.data_keys().await.is_err());
        // A proof of a moment ago counts for a second.
        tokio::time::sleep(Duration::from_millis(1100)).await;
        assert!(database.ready().await.is_err());

        let back = Arc::clone(&cluster);
        tokio::task::spawn_blocking(move || back.restart()).await.unwrap();
        let until = Instant::now() + Duration::from_secs(20);
        while database.ready().await.is_err() {
            assert!(Instant::now() < until, "commits are not possible again");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(database.data_keys().await.is_ok());
    });
}

#[test]
fn a_server_that_hangs_keeps_nobody_for_ever() {
    let (cluster, _server, database) = server();
    block_on(async {
        database.ready().await.unwrap();
        database.data_keys().await.unwrap();
        cluster.pause();
        let begun = Instant::now();

        assert!(database.data_keys().await.is_err());

        assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
        cluster.resume();
        assert!(database.data_keys().await.is_ok());
    });
}

#[test]
fn several_servers_that_start_at_once_make_the_tables_once() {
    let cluster = Cluster::shared();
    let server = TestDatabase::new(&cluster);

    let url = server.url();
    let all: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            std::thread::spawn(move || drop(open(&url)))
        })
        .collect();

    for one in all {
        one.join().unwrap();
    }
    let steps = server.run("SELECT count(*) = count(DISTINCT number) FROM migrations");
    assert_eq!(steps.as_deref(), Some("t"));
}

#[test]
fn a_server_that_can_lose_commits_is_refused() {
    let server = TestDatabase::new(&Cluster::shared());
    let address: PostgresAddress = server.url().parse().unwrap();

    let refusal = Database::open_postgres(address, Demands::default());

    assert!(matches!(refusal, Err(OpenError::Unfit(UnfitServer::Fsync))));
}

#[test]
fn a_standby_that_commits_do_not_wait_for_is_refused() {
    let cluster = Arc::new(Cluster::start(Lasting::Safe));
    // It goes after the database: removing that waits for it.
    let _standby = cluster.standby();
    let server = TestDatabase::new(&cluster);
    let open = || {
        let address: PostgresAddress = server.url().parse().unwrap();
        Database::open_postgres(address, Demands::default())
    };
    let follows = || server.run("SELECT count(*) FROM pg_stat_replication").as_deref() == Some("1");
    let until = Instant::now() + Duration::from_secs(20);
    while !follows() {
        assert!(Instant::now() < until, "the standby does not follow");
        std::thread::sleep(Duration::from_millis(20));
    }

    assert!(matches!(open(), Err(OpenError::Unfit(UnfitServer::StandbyBehind(1)))));
    cluster.require_standby();

    let database = open().unwrap();
    let standbys = block_on(database.standbys()).unwrap();
    let [standby] = &standbys[..] else { panic!("one standby: {standbys:?}") };
    assert_eq!((standby.name.as_str(), standby.is_synchronous), ("standby", Some(true)));
}

fn data_key(wrapped: &[u8]) -> DataKeyRow {
    DataKeyRow { id: 1, wrapped: wrapped.to_vec(), created_at: Timestamp::from_millis(1) }
}

/// Ends the sessions whose commits wait for the standby: it is seen by everybody then, and nobody else
/// has it.
fn end_waiting(server: &TestDatabase) {
    to_all_waiting(server, "pg_terminate_backend");
}

/// Does something to all sessions whose commits wait for the standby, as soon as there is one.
fn to_all_waiting(server: &TestDatabase, what: &str) {
    let ending = format!(
        "SELECT count({what}(pid)) FROM pg_stat_activity
         WHERE wait_event = 'SyncRep' AND datname = current_database()"
    );
    let until = Instant::now() + Duration::from_secs(10);
    while server.run(&ending).as_deref() == Some("0") {
        assert!(Instant::now() < until, "no commit waits for the standby");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whether a change became true, asked until that is known.
async fn settled(database: &Database, id: ChangeId) -> bool {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        match database.committed(id).await {
            Ok(became_true) => break became_true,
            Err(error) => assert!(Instant::now() < until, "{error}"),
        }
    }
}

#[test]
fn what_no_standby_has_is_unknown_however_the_commit_ended() {
    let cluster = Arc::new(Cluster::start(Lasting::Safe));
    let standby = cluster.standby();
    let server = Arc::new(TestDatabase::new(&cluster));
    // Not one who may do anything.
    let name = server.name();
    server.run(&format!("CREATE ROLE plain LOGIN; ALTER DATABASE {name} OWNER TO plain"));
    cluster.require_standby();
    let address: PostgresAddress =
        server.url().replace("user=cinnabar", "user=plain").parse().unwrap();
    let database = Database::open_postgres(address, Demands::default()).unwrap();
    block_on(async {
        let (id, event) = told();
        let first =
            Changes::new(id, event).insert(data_key(b"one")).insert(Record::Canary(vec![1]));
        database.commit_all(first).await.unwrap();
        standby.pause();

        let (id, event) = told();
        let ending = Arc::clone(&server);
        let ending = tokio::task::spawn_blocking(move || end_waiting(&ending));
        let fate = database.commit_all(Changes::new(id, event)).await;
        assert!(matches!(fate, Err(CommitError::Unknown)), "{fate:?}");
        assert!(database.committed(id).await.is_err());
        ending.await.unwrap();
        standby.resume();

        assert!(settled(&database, id).await);
        database.ready().await.unwrap();
        standby.pause();

        let ending = Arc::clone(&server);
        let ending = tokio::task::spawn_blocking(move || end_waiting(&ending));
        let told = told();
        let id = told.0;
        let (before, after) = (vec![data_key(b"one")], vec![data_key(b"two")]);
        let fate = database.rewrap(Rewrap { before, after, canary: vec![2] }, told).await;
        assert!(matches!(fate, Err(CommitError::Unknown)), "{fate:?}");
        assert!(database.committed(id).await.is_err());
        assert!(database.settled_keys().await.is_err());
        ending.await.unwrap();
        standby.resume();

        let until = Instant::now() + Duration::from_secs(60);
        let settled = loop {
            match database.settled_keys().await {
                Ok(settled) => break settled,
                Err(error) => assert!(Instant::now() < until, "{error}"),
            }
        };
        assert_eq!(settled, (vec![data_key(b"two")], Some(vec![2])));
        assert!(database.committed(id).await.unwrap());
    });
}

#[test]
fn a_commit_whose_wait_for_its_standby_was_cancelled_is_not_answered_as_done() {
    cancel_waiting("");
}

#[test]
fn a_cancelled_wait_is_told_also_where_the_database_hides_warnings() {
    cancel_waiting("SET client_min_messages = error");
}

/// Cancels the wait of a commit on a database with this setting.
fn cancel_waiting(setting: &str) {
    let cluster = Arc::new(Cluster::start(Lasting::Safe));
    let standby = cluster.standby();
    let server = Arc::new(TestDatabase::new(&cluster));
    if !setting.is_empty() {
        server.run(&format!("ALTER DATABASE {} {setting}", server.name()));
    }
    cluster.require_standby();
    let address: PostgresAddress = server.url().parse().unwrap();
    let database = Database::open_postgres(address, Demands::default()).unwrap();
    block_on(async {
        standby.pause();
        let (id, event) = told();
        let cancelling = Arc::clone(&server);
        let cancelling = tokio::task::spawn_blocking(move || {
            to_all_waiting(&cancelling, "pg_cancel_backend");
        });

        let fate = database.commit_all(Changes::new(id, event)).await;

        assert!(matches!(fate, Err(CommitError::Unknown)), "{fate:?}");
        cancelling.await.unwrap();
        standby.resume();
        assert!(settled(&database, id).await);
    });
}

#[test]
fn a_server_that_hangs_does_not_keep_others_from_being_found() {
    let hanging = Arc::new(Cluster::start(Lasting::Fast));
    let (_cluster, server, _database) = server();
    let port = server.cluster().port();
    let url = server.tcp_url().replace(
        &format!("127.0.0.1:{port}"),
        &format!("127.0.0.1:{},127.0.0.1:{port}", hanging.port()),
    );
    hanging.pause();
    let begun = Instant::now();

    // Three sessions are made.
    let database = open(&url);

    assert!(begun.elapsed() < Duration::from_secs(25), "{:?}", begun.elapsed());
    hanging.resume();
    drop(database);
}

#[test]
fn the_primary_is_found_among_several_hosts() {
    let cluster = Arc::new(Cluster::start(Lasting::Safe));
    let server = TestDatabase::new(&cluster);
    let standby = cluster.standby();
    cluster.require_standby();
    let (first, second) = (standby.port(), cluster.port());
    let url = server
        .tcp_url()
        .replace(&format!("127.0.0.1:{second}"), &format!("127.0.0.1:{first},127.0.0.1:{second}"));
    let address: PostgresAddress = url.parse().unwrap();
    let database = Database::open_postgres(address, Demands::default()).unwrap();
    block_on(async {
        database.ready().await.unwrap();
        cluster.kill();
        standby.promote();

        let until = Instant::now() + Duration::from_secs(20);
        tokio::time::sleep(Duration::from_millis(1100)).await;
        while database.ready().await.is_err() {
            assert!(Instant::now() < until, "the new primary is not found");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(database.data_keys().await.is_ok());
    });
}
