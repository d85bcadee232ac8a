//! The suite of the ports on SQLite, and what is promised beyond the ports.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Waker};

use ledger::system::{SystemClock, SystemRandom};
use ledger::{
    AccountId, Actor, AuditEvent, ChangeId, Changes, CommitError, Origin, Outcome, Timestamp,
    Version,
};
use pki::company::{Company, CompanyProfile, ProfileOrigin};
use tempfile::TempDir;

use crate::conformance::Ledger;
use crate::writer::Loss;
use crate::{AuditFilter, DataKeyRow, Database, OpenError, Options, Record};

async fn fresh() -> (Arc<dyn Ledger>, TempDir) {
    let (database, directory) = database();
    (Arc::new(database), directory)
}

mod conformance {
    crate::conformance_suite!(super::fresh);
}

fn database() -> (Database, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    (open(directory.path()), directory)
}

fn open(directory: &Path) -> Database {
    Database::open(&directory.join("ledger.db"), Options::default()).unwrap()
}

fn account() -> AccountId {
    AccountId::generate(&SystemClock, &SystemRandom)
}

fn changes(account: AccountId) -> Changes<Record> {
    let origin = Origin { actor: Actor::Server, address: None, request_id: "r".into() };
    let event = AuditEvent {
        at: Timestamp::from_millis(1),
        account: Some(account),
        origin,
        action: "set_company",
        object: None,
        outcome: Outcome::Done,
        detail: None,
        count: 1,
    };
    Changes::new(ChangeId::generate(&SystemClock, &SystemRandom), event)
}

/// Long enough for any machine, short enough to end a test that hangs.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// A row that stands for any other.
fn profile(account: AccountId, name: String) -> Record {
    let company = Company { name, ..Company::default() };
    Record::Pki(CompanyProfile { account, company, origin: ProfileOrigin::Chosen }.into())
}

fn insertion() -> (AccountId, Changes<Record>) {
    let account = account();
    (account, changes(account).insert(profile(account, "Example".into())))
}

async fn is_there(database: &Database, account: AccountId) -> bool {
    pki::Companies::company(database, account).await.unwrap().is_some()
}

/// Keeps the writer busy until something is sent.
async fn hold(database: &Database) -> mpsc::Sender<()> {
    let (release, released) = mpsc::channel();
    let (start, started) = tokio::sync::oneshot::channel();
    let database = database.clone();
    tokio::spawn(async move {
        database
            .on_writer(move |_| {
                start.send(()).unwrap();
                released.recv().unwrap();
            })
            .await;
    });
    started.await.unwrap();
    release
}

/// Puts commits into the queue without waiting for them.
fn queued(database: &Database, count: usize) -> Vec<Commit<'_>> {
    let commits =
        (0..count).map(|_| -> Commit<'_> { Box::pin(database.commit_all(insertion().1)) });
    let mut commits: Vec<_> = commits.collect();
    let context = &mut Context::from_waker(Waker::noop());
    assert!(commits.iter_mut().all(|commit| commit.as_mut().poll(context).is_pending()));
    commits
}

type Commit<'a> = Pin<Box<dyn Future<Output = Result<(), CommitError>> + 'a>>;

#[tokio::test(flavor = "multi_thread")]
async fn commits_that_arrive_together_share_a_transaction() {
    let (database, _directory) = database();
    let release = hold(&database).await;
    let commits = queued(&database, 64);
    release.send(()).unwrap();
    for commit in commits {
        commit.await.unwrap();
    }

    assert_eq!(database.transactions(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_commits_than_may_wait_are_refused_at_once() {
    let (database, _directory) = database();
    let release = hold(&database).await;
    let mut proofs: Vec<_> = (0..10_000).map(|_| Box::pin(database.ready())).collect();
    let context = &mut Context::from_waker(Waker::noop());
    assert!(proofs.iter_mut().all(|proof| proof.as_mut().poll(context).is_pending()));

    let (account, one_more) = insertion();
    let fate = database.commit_all(one_more).await;

    assert!(matches!(fate, Err(CommitError::Failed(_))), "{fate:?}");
    release.send(()).unwrap();
    for proof in proofs {
        proof.await.unwrap();
    }
    assert!(!is_there(&database, account).await);
}

#[tokio::test]
async fn a_commit_that_comes_alone_commits_alone() {
    let (database, _directory) = database();
    for _ in 0..3 {
        database.commit_all(insertion().1).await.unwrap();
    }

    assert_eq!(database.transactions(), 3);
}

#[tokio::test]
async fn a_refused_commit_writes_no_transaction() {
    let (database, _directory) = database();
    let (account, insert) = insertion();
    database.commit_all(insert).await.unwrap();

    let again = changes(account).insert(profile(account, "Again".into()));
    assert!(matches!(database.commit_all(again).await, Err(CommitError::Conflict)));

    assert_eq!(database.transactions(), 1);
}

#[tokio::test]
async fn what_was_committed_is_there_after_a_restart() {
    let (database, directory) = database();
    let (account, insert) = insertion();
    database.commit_all(insert).await.unwrap();
    database.close();
    drop(database);

    let database = open(directory.path());

    assert!(is_there(&database, account).await);
    let log = directory.path().join("ledger.db-wal");
    assert_eq!(std::fs::metadata(log).map(|log| log.len()).unwrap_or(0), 0);
}

#[tokio::test]
async fn a_closed_database_refuses_commits_and_still_knows_their_fates() {
    let (database, _directory) = database();
    let (account, insert) = insertion();
    let id = insert.clone().into_parts().id;
    database.commit_all(insert).await.unwrap();
    database.close();

    let late = insertion().1;
    let late_id = late.clone().into_parts().id;

    assert!(matches!(database.commit_all(late).await, Err(CommitError::Failed(_))));
    assert!(database.ready().await.is_err());
    assert!(database.committed(id).await.unwrap());
    assert!(!database.committed(late_id).await.unwrap());
    assert!(is_there(&database, account).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_when_the_database_is_closed_is_committed() {
    let (database, _directory) = database();
    let release = hold(&database).await;
    let commits = queued(&database, 20);
    release.send(()).unwrap();
    database.close();

    for commit in commits {
        commit.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_nobody_waits_for_any_more_is_not_begun() {
    let (database, _directory) = database();
    let release = hold(&database).await;
    let (account, insert) = insertion();
    let id = insert.clone().into_parts().id;
    let mut commit = Box::pin(database.commit_all(insert));
    let context = &mut Context::from_waker(Waker::noop());
    assert!(commit.as_mut().poll(context).is_pending());
    drop(commit);
    release.send(()).unwrap();

    assert!(!database.committed(id).await.unwrap());
    assert!(!is_there(&database, account).await);
    assert_eq!(database.transactions(), 0);
}

#[tokio::test]
async fn readiness_is_proved_by_a_commit() {
    let (database, _directory) = database();

    database.ready().await.unwrap();

    assert_eq!(database.transactions(), 1);
}

#[tokio::test]
async fn a_commit_of_a_moment_ago_proves_readiness_as_well() {
    let (database, _directory) = database();
    database.commit_all(insertion().1).await.unwrap();

    for _ in 0..100 {
        database.ready().await.unwrap();
    }

    // One more when the machine takes longer than a second for this.
    assert!(database.transactions() < 10, "{}", database.transactions());
}

#[tokio::test]
async fn a_full_disk_fails_the_batch_and_leaves_the_store_usable() {
    let (database, _directory) = database();
    let pages = |count: &'static str| {
        move |c: &mut rusqlite::Connection| {
            c.pragma_update_and_check(None, "max_page_count", count, |_| Ok(())).unwrap();
        }
    };
    database.on_writer(pages("1")).await;
    database.commit_all(insertion().1).await.unwrap();
    let account = account();
    let large = changes(account).insert(profile(account, "x".repeat(1_000_000)));

    let fate = database.commit_all(large).await;

    assert!(matches!(fate, Err(CommitError::Failed(_))), "{fate:?}");
    assert!(!is_there(&database, account).await);
    // Nothing of a commit before may count as proof now.
    let transactions = database.transactions();
    database.ready().await.unwrap();
    assert_eq!(database.transactions(), transactions + 1);
    database.on_writer(pages("1000000")).await;
    let again = changes(account).insert(profile(account, "Example".into()));
    database.commit_all(again).await.unwrap();
    assert!(is_there(&database, account).await);
}

#[tokio::test]
async fn an_error_of_the_disk_during_a_commit_ends_the_writer() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("ledger.db");
    let losses = Arc::new(AtomicUsize::new(0));
    let told = losses.clone();
    let loss = Loss::told_to(move |_| {
        told.fetch_add(1, Ordering::SeqCst);
    });
    let database = Database::open_with(&path, Options::default(), loss).unwrap();
    database.on_writer(|c| c.commit_hook(Some(|| true)).unwrap()).await;
    let (account, insert) = insertion();
    let id = insert.clone().into_parts().id;

    let fate = database.commit_all(insert).await;

    assert!(matches!(fate, Err(CommitError::Unknown)), "{fate:?}");
    assert_eq!(losses.load(Ordering::SeqCst), 1);
    database.close();
    assert!(!database.committed(id).await.unwrap());
    assert!(!is_there(&database, account).await);
    assert!(matches!(database.commit_all(insertion().1).await, Err(CommitError::Failed(_))));
}

#[tokio::test]
async fn a_writer_that_dies_leaves_nobody_waiting() {
    let (database, _directory) = database();
    let (account, insert) = insertion();
    let id = insert.clone().into_parts().id;
    database.commit_all(insert).await.unwrap();
    let dying = database.clone();
    let death = tokio::spawn(async move { dying.on_writer(|_| panic!("on purpose")).await });
    assert!(death.await.is_err());

    let (_, late) = insertion();
    let late_id = late.clone().into_parts().id;
    let fate = tokio::time::timeout(PATIENCE, database.commit_all(late)).await.unwrap();

    assert!(matches!(fate, Err(CommitError::Unknown | CommitError::Failed(_))), "{fate:?}");
    assert!(!tokio::time::timeout(PATIENCE, database.committed(late_id)).await.unwrap().unwrap());
    assert!(database.committed(id).await.unwrap());
    assert!(is_there(&database, account).await);
    assert!(database.ready().await.is_err());
    database.close();
}

#[tokio::test]
async fn data_keys_and_the_canary_are_kept_and_never_replaced() {
    let (database, _directory) = database();
    assert_eq!(
        (database.data_keys().await.unwrap(), database.canary().await.unwrap()),
        (Vec::new(), None)
    );
    let created_at = Timestamp::from_millis(5);
    let key = |id| DataKeyRow { id, wrapped: vec![1, 2, 3], created_at };
    let both = changes(account()).insert(key(2)).insert(key(1)).insert(Record::Canary(vec![7]));
    database.commit_all(both).await.unwrap();

    for again in
        [changes(account()).insert(key(1)), changes(account()).insert(Record::Canary(vec![8]))]
    {
        assert!(matches!(database.commit_all(again).await, Err(CommitError::Conflict)));
    }
    let replaced = changes(account()).replace(key(1), Version(1));
    assert!(matches!(database.commit_all(replaced).await, Err(CommitError::Failed(_))));

    assert_eq!(database.data_keys().await.unwrap(), [key(1), key(2)]);
    assert_eq!(database.canary().await.unwrap(), Some(vec![7]));
}

#[tokio::test]
async fn the_trail_can_be_read_for_one_account() {
    let (database, _directory) = database();
    let (first, insert) = insertion();
    database.commit_all(insert).await.unwrap();
    database.commit_all(insertion().1).await.unwrap();
    let filter = AuditFilter { account: Some(first), after: None, limit: 10 };

    let events = database.audit(filter).await.unwrap();

    assert_eq!(events.iter().map(|event| event.account).collect::<Vec<_>>(), [Some(first)]);
    let older = AuditFilter { after: Some(events[0].position), ..filter };
    assert!(database.audit(older).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_impossible_row_is_an_error_and_not_a_guess() {
    let (database, _directory) = database();
    let (account, insert) = insertion();
    database.commit_all(insert).await.unwrap();
    database
        .on_writer(|c| {
            c.execute("UPDATE companies SET origin = 'rumour'", []).unwrap();
        })
        .await;

    assert!(pki::Companies::company(&database, account).await.is_err());
}

#[test]
fn the_files_are_the_owners_alone() {
    let (database, directory) = database();

    for name in ["ledger.db", "ledger.db-wal"] {
        let mode = directory.path().join(name).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    drop(database);
    let path = directory.path().join("ledger.db");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let refusal = Database::open(&path, Options::default());
    assert!(matches!(refusal, Err(OpenError::OpenToOthers(_))));
}

#[tokio::test]
async fn the_connections_are_set_to_survive_a_power_cut() {
    let (database, _directory) = database();

    database
        .on_writer(|c| {
            let pragma = |name: &str| {
                c.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
            };
            assert_eq!(pragma("journal_mode"), Ok("wal".to_owned().into()));
            assert_eq!(pragma("synchronous"), Ok(2.into()));
            assert_eq!(pragma("secure_delete"), Ok(1.into()));
            assert_eq!(pragma("foreign_keys"), Ok(1.into()));
        })
        .await;
}
