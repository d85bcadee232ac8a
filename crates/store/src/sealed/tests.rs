//! What is promised of sealed blobs.

use ledger::system::{SystemClock, SystemRandom};
use ledger::{Actor, AuditEvent, ChangeId, CommitError, Origin, Outcome, Timestamp};
use tempfile::TempDir;

use super::*;
use crate::{DataKeyRow, Database, Options, Rewrap};

/// Columns of octets that hold no secret. Whoever adds a column of octets lists it here, or in
/// [`SealedColumn`].
const NOT_SEALED: &[(&str, &str)] = &[
    ("authorities", "key_identifier"),
    ("authorities", "request"),
    ("authorities", "subject"),
    ("authorities", "subject_key"),
    // The master key's own: a rotation wraps them anew.
    ("canary", "sealed"),
    ("certificates", "der"),
    ("certificates", "issuer_key"),
    ("crl_chunks", "octets"),
    ("data_keys", "wrapped"),
    ("imported_chains", "der"),
    ("imported_chains", "public_key"),
    ("keys", "public_key"),
    ("private_certificate_contents", "der"),
    ("private_certificate_contents", "encryption_der"),
    ("responders", "certificate"),
    ("workspace_transactions", "request"),
];

fn database() -> (Database, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    (Database::open(&directory.path().join("x.db"), Options::default()).unwrap(), directory)
}

fn told() -> (ChangeId, AuditEvent) {
    let event = AuditEvent {
        at: Timestamp::from_millis(1),
        account: None,
        origin: Origin { actor: Actor::Server, address: None, request_id: "r".into() },
        action: "rotate_master_key",
        object: None,
        outcome: Outcome::Done,
        detail: None,
        count: 1,
    };
    (id(), event)
}

fn id() -> ChangeId {
    ChangeId::generate(&SystemClock, &SystemRandom)
}

fn row(id: u32, wrapped: &[u8]) -> DataKeyRow {
    DataKeyRow { id, wrapped: wrapped.to_vec(), created_at: Timestamp::from_millis(1) }
}

async fn execute(database: &Database, sql: &'static str) -> rusqlite::Result<usize> {
    let (answer, answered) = std::sync::mpsc::channel();
    database.on_writer(move |c| answer.send(c.execute(sql, [])).unwrap()).await;
    answered.recv().unwrap()
}

/// With a data key 1 and the canary.
async fn founded() -> (Database, TempDir) {
    let (database, directory) = database();
    execute(&database, "INSERT INTO data_keys (id, wrapped, created_at) VALUES (1, 'one', 1)")
        .await
        .unwrap();
    execute(&database, "INSERT INTO canary (id, sealed) VALUES (1, x'00')").await.unwrap();
    execute(&database, "UPDATE data_keys SET wrapped = CAST(wrapped AS BLOB)").await.unwrap();
    (database, directory)
}

/// With a second data key in use, and the first one retired.
async fn rotated() -> (Database, TempDir) {
    let (database, directory) = founded().await;
    let before = database.data_keys().await.unwrap();
    let rewrap = Rewrap { before, after: vec![row(1, b"uno"), row(2, b"due")], canary: vec![1] };
    database.rewrap(rewrap, told()).await.unwrap();
    database.retire_data_keys(2, Timestamp::from_millis(2)).await.unwrap();
    (database, directory)
}

const INSERT_OLD: &str = "INSERT INTO keys (id, version, account, purpose, algorithm, public_key,      sealed) VALUES ('k', 1, 'a', 'csr', 'EC_P256', x'00', x'010000000107')";

async fn sealed(database: &Database) -> Vec<u8> {
    let read = |c: &Connection| c.query_row("SELECT sealed FROM keys", [], |row| row.get(0));
    database.scan(read).await.unwrap()
}

#[tokio::test]
async fn every_column_of_octets_is_listed_as_sealed_or_as_no_secret() {
    let (database, _directory) = database();

    let columns: Vec<(String, String)> = database
        .scan(|c| {
            c.prepare(
                "SELECT tables.name, columns.name
                 FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
                 WHERE tables.type = 'table'
                       AND (upper(columns.type) LIKE '%BLOB%' OR columns.type = ''
                            OR columns.name LIKE '%sealed%')",
            )?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
        })
        .await
        .unwrap();

    for of in SealedColumn::ALL {
        let listed = (of.table().to_owned(), of.column().to_owned());
        assert!(columns.contains(&listed), "{listed:?} is listed and not there");
    }
    for (table, column) in &columns {
        let is_sealed =
            SealedColumn::ALL.iter().any(|of| of.table() == table && of.column() == column);
        let is_known = NOT_SEALED.contains(&(table, column));
        assert!(
            is_sealed != is_known,
            "is {table}.{column} sealed? Then a rotation must know of it: see SealedColumn"
        );
    }
}

#[tokio::test]
async fn a_blob_of_a_retired_data_key_is_refused_however_late_it_comes() {
    let (database, _directory) = founded().await;
    execute(&database, INSERT_OLD).await.unwrap();
    execute(&database, "DELETE FROM keys").await.unwrap();

    let (database, _directory) = rotated().await;
    assert!(execute(&database, INSERT_OLD).await.is_err());
    database.remove_retired_data_keys(told()).await.unwrap();
    assert!(execute(&database, INSERT_OLD).await.is_err(), "also when the data key is gone");
}

#[tokio::test]
async fn a_late_blob_is_a_conflict_so_that_its_change_is_decided_again() {
    let (database, _directory) = rotated().await;

    let work = |c: &Connection| {
        c.prepare_cached(INSERT_OLD)?.execute([])?;
        Ok(())
    };
    let fate = database.writer().alone(work).await;

    assert!(matches!(fate, Err(CommitError::Conflict)));
}

#[tokio::test]
async fn a_row_whose_blob_was_not_sealed_again_yet_can_be_changed_otherwise() {
    let (database, _directory) = founded().await;
    execute(&database, INSERT_OLD).await.unwrap();
    let before = database.data_keys().await.unwrap();
    let after = vec![row(1, b"uno"), row(2, b"due")];
    database.rewrap(Rewrap { before, after, canary: vec![1] }, told()).await.unwrap();
    database.retire_data_keys(2, Timestamp::from_millis(2)).await.unwrap();

    let unchanged = "UPDATE keys SET version = 2, sealed = x'010000000107'";
    assert_eq!(execute(&database, unchanged).await, Ok(1));
    let resealed = "UPDATE keys SET sealed = x'010000000207'";
    assert_eq!(execute(&database, resealed).await, Ok(1));
    assert!(execute(&database, unchanged).await.is_err(), "the old blob does not come back");
}

#[tokio::test]
async fn only_blobs_of_older_data_keys_are_paged_by_key() {
    let (database, _directory) = founded().await;
    for sql in [
        "INSERT INTO accounts VALUES ('0123456789abcdef0123456789abcdef', 1, 'a', 'enabled', 1)",
        "INSERT INTO users (id, version, account, name, password_hash, state, created_at)
         VALUES ('u', 1, '0123456789abcdef0123456789abcdef', 'u', '', 'enabled', 1)",
        "INSERT INTO access_keys (access, version, user_id, account, slot, sealed_secret, state,
                                  created_at)
         SELECT value, 1, 'u', '0123456789abcdef0123456789abcdef', unicode(value), unhex(blob),
                'enabled', 1 FROM
         (SELECT 'A' AS value, '010000000107' AS blob UNION ALL SELECT 'B', '010000000207'
          UNION ALL SELECT 'C', '010000000108' UNION ALL SELECT 'D', '010000000109')",
    ] {
        execute(&database, sql).await.unwrap();
    }
    let header = [1, 0, 0, 0, 2];

    let of = SealedColumn::AccessKeys;
    let page = database.sealed_before(of, header, (None, 2)).await.unwrap();
    let rest = database.sealed_before(of, header, (Some("C".into()), 2)).await.unwrap();

    let keys = |rows: &[SealedRow]| rows.iter().map(|row| row.key.clone()).collect::<Vec<_>>();
    assert_eq!((keys(&page), keys(&rest)), (vec!["A".into(), "C".into()], vec!["D".to_owned()]));
    assert_eq!(database.count_sealed_before(header).await.unwrap(), 3);
    let account = "0123456789abcdef0123456789abcdef".parse().unwrap();
    let SealedFor::Secret(context) = &page[0].sealed_for else { panic!("it is a secret") };
    assert_eq!(*context, AccessKey::context("A", account));
}

#[tokio::test]
async fn the_secret_of_a_temporary_key_is_bound_as_its_own() {
    let (database, _directory) = founded().await;
    let off = |c: &mut rusqlite::Connection| c.pragma_update(None, "foreign_keys", false).unwrap();
    database.on_writer(off).await;
    let sql = "INSERT INTO temporary_keys (access, version, token, user_id, account, slot,
                   sealed_secret, security_token, created_at, expires_at)
               VALUES ('T', 1, 't', 'u', '0123456789abcdef0123456789abcdef', 0, x'010000000107',
                   's', 1, 2)";
    execute(&database, sql).await.unwrap();

    let of = SealedColumn::TemporaryKeys;
    let page = database.sealed_before(of, [1, 0, 0, 0, 2], (None, 2)).await.unwrap();

    let account = "0123456789abcdef0123456789abcdef".parse().unwrap();
    let SealedFor::Secret(context) = &page[0].sealed_for else { panic!("it is a secret") };
    assert_eq!(*context, TemporaryKey::context("T", account));
}

#[tokio::test]
async fn a_blob_that_was_replaced_in_between_is_not_sealed_over() {
    let (database, _directory) = founded().await;
    execute(&database, INSERT_OLD).await.unwrap();
    let resealed = |before: &[u8]| Resealed {
        key: "k".into(),
        before: before.to_vec(),
        after: vec![1, 0, 0, 0, 2, 9],
    };

    database.reseal(SealedColumn::Keys, vec![resealed(&[1, 0, 0, 0, 1, 8])], id()).await.unwrap();
    assert_eq!(sealed(&database).await, [1, 0, 0, 0, 1, 7]);
    database.reseal(SealedColumn::Keys, vec![resealed(&[1, 0, 0, 0, 1, 7])], id()).await.unwrap();
    assert_eq!(sealed(&database).await, [1, 0, 0, 0, 2, 9]);
}

#[tokio::test]
async fn another_master_key_takes_over_all_at_once_or_not_at_all() {
    let (database, _directory) = founded().await;
    let before = database.data_keys().await.unwrap();
    let after = vec![row(1, b"uno")];
    let other = Rewrap { before: vec![row(1, b"x")], after: after.clone(), canary: vec![1] };
    let partial = Rewrap { before: before.clone(), after: vec![row(2, b"due")], canary: vec![1] };

    assert!(matches!(database.rewrap(other, told()).await, Err(CommitError::Conflict)));
    assert!(matches!(database.rewrap(partial, told()).await, Err(CommitError::Failed(_))));
    assert_eq!(database.data_keys().await.unwrap(), before);
    assert_eq!(database.canary().await.unwrap(), Some(vec![0]));

    database
        .rewrap(Rewrap { before, after: after.clone(), canary: vec![1] }, told())
        .await
        .unwrap();
    assert_eq!(database.data_keys().await.unwrap(), after);
    assert_eq!(database.canary().await.unwrap(), Some(vec![1]));
}

#[tokio::test]
async fn what_was_wrapped_before_is_in_no_file_after_a_checkpoint() {
    let (database, directory) = founded().await;
    let (old, new) = ([0xA7; 61], [0x5C; 61]);
    let before = database.data_keys().await.unwrap();
    let rewrap = Rewrap { before, after: vec![row(1, &old)], canary: old.to_vec() };
    database.rewrap(rewrap, told()).await.unwrap();
    let holds = |octets: &[u8]| {
        let mut files = std::fs::read_dir(directory.path()).unwrap();
        files.any(|file| {
            let content = std::fs::read(file.unwrap().path()).unwrap();
            content.windows(octets.len()).any(|window| window == octets)
        })
    };
    assert!(holds(&old), "the test would notice");

    let before = database.data_keys().await.unwrap();
    let rewrap = Rewrap { before, after: vec![row(1, &new)], canary: new.to_vec() };
    database.rewrap(rewrap, told()).await.unwrap();
    database.checkpoint().await.unwrap();

    assert!(!holds(&old[..16]));
    assert!(holds(&new));
}

#[tokio::test]
async fn commits_do_not_wait_long_for_a_checkpoint_that_a_reader_puts_off() {
    let (database, directory) = founded().await;
    let reader = rusqlite::Connection::open(directory.path().join("x.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM users").unwrap();
    execute(&database, "UPDATE canary SET sealed = x'01'").await.unwrap();
    let begun = std::time::Instant::now();

    let put_off = database.checkpoint().await;
    let waited = begun.elapsed();
    reader.execute_batch("COMMIT").unwrap();

    assert!(put_off.is_err());
    assert!(waited < std::time::Duration::from_secs(2), "{waited:?}");
    database.checkpoint().await.unwrap();
}
