//! Three servers over one PostgreSQL, and what becomes of their commits when it or one of them stumbles.
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

#[expect(dead_code, reason = "the suite of the ports needs the rest")]
mod database;

use std::sync::Arc;
use std::time::{Duration, Instant};

use ledger::{Changes, CommitError, Timestamp};
use postgres_cluster::{Cluster, TestDatabase};
use store::conformance::Ledger;
use store::conformance::nodes::{self, Nodes, told};
use store::{DataKeyRow, Database, Record, Rewrap};

use database::open;

/// Three nodes and the database that they share; it goes after them.
struct Site {
    nodes: Vec<Database>,
    server: TestDatabase,
}

impl Site {
    async fn fresh() -> Self {
        let making = tokio::task::spawn_blocking(|| {
            let server = TestDatabase::like(&Cluster::shared(), "tables", |url| drop(open(url)));
            let nodes = (0..3).map(|_| open(&server.url())).collect();
            Self { nodes, server }
        });
        making.await.unwrap()
    }

    fn ledgers(&self) -> Nodes {
        self.nodes.iter().map(|node| Arc::new(node.clone()) as Arc<dyn Ledger>).collect()
    }

    /// Holds a row of the readiness table's kind: any statement, in a transaction that is not ended.
    async fn holding(&self, sql: &str) -> tokio_postgres::Client {
        let config: tokio_postgres::Config = self.server.url().parse().unwrap();
        let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(async move { drop(connection.await) });
        client.batch_execute(sql).await.unwrap();
        client
    }
}

macro_rules! on_three_nodes {
    ($($case:ident)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $case() {
            let site = Site::fresh().await;

            nodes::$case(site.ledgers()).await;
        }
    )+};
}

on_three_nodes! {
    a_crl_is_replaced_once_on_all_nodes
    a_lease_is_held_once_on_all_nodes
    a_serial_number_comes_once_on_all_nodes
    a_transaction_is_consumed_once_on_all_nodes
    nobody_is_in_the_way_of_others_for_ever
    nothing_rests_on_a_revoked_token
    quotas_hold_on_all_nodes
    revocations_are_told_in_the_order_of_their_commits
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_node_that_was_paused_inside_a_commit_is_not_waited_for() {
    let site = Site::fresh().await;
    let ledgers = site.ledgers();
    let counter = nodes::some_counter();
    nodes::counted(&ledgers[0], &counter).await.unwrap();
    // What a paused node leaves standing: its locks, until the server ends its session.
    let _paused = site
        .holding(
            "SET idle_in_transaction_session_timeout = 3000; BEGIN; UPDATE counters SET used = used",
        )
        .await;

    let started = Instant::now();
    let fate = nodes::counted(&ledgers[1], &counter).await;

    assert!(fate.is_ok(), "{fate:?}");
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    assert_eq!(ledgers[2].count(&counter).await.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_waits_longer_than_the_bound_and_neighbours_go_on() {
    let site = Site::fresh().await;
    let ledgers = site.ledgers();
    let (held, free) = (nodes::some_counter(), nodes::some_counter());
    nodes::counted(&ledgers[0], &held).await.unwrap();
    let holding = site.holding("BEGIN; UPDATE counters SET used = used").await;

    let started = Instant::now();
    let waiting = nodes::counted(&ledgers[0], &held);
    let neighbours = async {
        for _ in 0..5 {
            nodes::counted(&ledgers[0], &free).await.unwrap();
        }
    };
    let (fate, ()) = tokio::join!(waiting, neighbours);

    assert!(matches!(fate, Err(CommitError::Failed(_))), "{fate:?}");
    assert!(started.elapsed() < Duration::from_secs(25), "{:?}", started.elapsed());
    holding.batch_execute("ROLLBACK").await.unwrap();
    nodes::counted(&ledgers[0], &held).await.unwrap();
    assert_eq!(ledgers[1].count(&held).await.unwrap(), 2);
}

/// The server ends the sessions of the writers at random moments. Every answer is the truth: what was
/// answered with success is counted, once, and nothing else is.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_answered_is_there_once_though_connections_die_during_commits() {
    const ROUNDS: usize = 200;
    let site = Site::fresh().await;
    let counter = nodes::some_counter();
    let mut committing = Vec::new();
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    for ledger in site.ledgers() {
        for _ in 0..4 {
            let (ledger, counter, stop) = (ledger.clone(), counter.clone(), stop.clone());
            committing.push(tokio::spawn(async move {
                let mut became_true = 0_i64;
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    match nodes::counted(&ledger, &counter).await {
                        Ok(()) => became_true += 1,
                        Err(CommitError::Unknown) => panic!("the server is there to be asked"),
                        Err(_) => {}
                    }
                }
                became_true
            }));
        }
    }

    let killer = site.holding("SELECT 1").await;
    for round in 0..ROUNDS {
        let pause = u64::try_from(round * 7 % 23).unwrap();
        tokio::time::sleep(Duration::from_millis(pause)).await;
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active'
                 AND query IN ('COMMIT', 'BEGIN') OR datname = current_database() AND query ILIKE '%counters%'
                 AND pid <> pg_backend_pid()";
        killer.batch_execute(kill).await.unwrap();
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    let mut became_true = 0;
    for committing in committing {
        became_true += committing.await.unwrap();
    }

    assert_eq!(site.ledgers()[0].count(&counter).await.unwrap(), became_true);
    let rows = site.server.run("SELECT count(*)::text FROM csrs").unwrap();
    assert_eq!(rows, became_true.to_string());
    assert!(became_true > 0);
}

/// Both have read the same data keys: whoever comes second finds others, and its master key wraps
/// nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_nodes_that_wrap_the_data_keys_at_once_one_does() {
    let site = Site::fresh().await;
    let key = |wrapped: &[u8]| DataKeyRow {
        id: 1,
        wrapped: wrapped.to_vec(),
        created_at: Timestamp::from_millis(1),
    };
    let (id, event) = told();
    let first = Changes::new(id, event).insert(key(b"zero")).insert(Record::Canary(vec![0]));
    site.nodes[0].commit_all(first).await.unwrap();
    let holding = site.holding("BEGIN; SELECT * FROM data_keys FOR UPDATE").await;
    let wrap = |node: usize, to: &'static [u8]| {
        let (before, after) = (vec![key(b"zero")], vec![key(to)]);
        site.nodes[node].rewrap(Rewrap { before, after, canary: to.to_vec() }, told())
    };

    let release = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        holding.batch_execute("ROLLBACK").await.unwrap();
    };
    let (one, other, ()) = tokio::join!(wrap(0, b"one"), wrap(1, b"two"), release);

    let expected: &[u8] = match (&one, &other) {
        (Ok(()), Err(CommitError::Conflict)) => b"one",
        (Err(CommitError::Conflict), Ok(())) => b"two",
        fates => panic!("{fates:?}"),
    };
    let kept = (vec![key(expected)], Some(expected.to_vec()));
    assert_eq!(site.nodes[2].settled_keys().await.unwrap(), kept);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readiness_needs_no_row_of_another_node() {
    let site = Site::fresh().await;
    let _holding = site.holding("BEGIN; UPDATE readiness SET proofs = proofs").await;

    for node in &site.nodes {
        node.ready().await.unwrap();
    }
}
