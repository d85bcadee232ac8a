//! The same steps on a PostgreSQL server. What came before the first release that knew PostgreSQL is
//! one step, and each later one has the same number and name on both engines.
//!
//! A step takes as long as it takes, and the log says that it does; who holds a table that it needs has
//! a minute to let it go.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};

use crate::OpenError;
use crate::migrations::Migration;
use crate::sql::{self, Connection, OptionalExtension, params};

const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 15,
        name: "baseline",
        sql: include_str!("../../migrations/postgres/0015_baseline.sql"),
    },
    Migration { number: 16, name: "epochs", sql: include_str!("../../migrations/0016_epochs.sql") },
    Migration {
        number: 18,
        name: "watching",
        sql: include_str!("../../migrations/0018_watching.sql"),
    },
    Migration {
        number: 19,
        name: "chains_without_key",
        sql: include_str!("../../migrations/0019_chains_without_key.sql"),
    },
];

/// Held while the steps are taken: several servers may start at once. Any number that is ours alone.
const LOCK: &str = "SELECT 1 WHERE pg_try_advisory_xact_lock(4923100215)";
/// Between two tries to have it, and between two tries of the steps.
const PAUSE: Duration = Duration::from_millis(100);
/// Between two notes that something takes long.
const NOTE: Duration = Duration::from_secs(20);
/// How long another server may take its steps.
const OTHERS: Duration = Duration::from_secs(6 * 3600);
/// For how long the steps are tried that others are in the way of.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether no step is missing. Nothing is written.
pub(crate) fn is_current(connection: &Connection) -> Result<bool, OpenError> {
    let there = "SELECT 1 WHERE to_regclass('migrations') IS NOT NULL";
    if !connection.prepare(there)?.exists([])? {
        return Ok(false);
    }
    judge(connection, MIGRATIONS)?;
    MIGRATIONS.iter().try_fold(true, |all, step| Ok(all & !is_missing(connection, step)?))
}

/// Brings the database to the shape of this release.
pub(crate) fn apply(connection: &Connection) -> Result<(), OpenError> {
    apply_all(connection, MIGRATIONS, PATIENCE)
}

fn apply_all(
    connection: &Connection,
    migrations: &[Migration],
    patience: Duration,
) -> Result<(), OpenError> {
    // Steps take as long as they take: it runs from the first time that others were in the way.
    let mut until = None;
    loop {
        match attempt(connection, migrations) {
            Err(error)
                if is_passing(&error)
                    && Instant::now() < *until.get_or_insert_with(|| Instant::now() + patience) =>
            {
                connection.execute_batch("ROLLBACK")?;
                let cause = std::error::Error::source(&error);
                let cause = cause.map_or_else(|| error.to_string(), ToString::to_string);
                tracing::warn!(cause, "the tables cannot be changed while others have them: again");
                thread::sleep(PAUSE);
            }
            ended => return ended,
        }
    }
}

/// All steps that are missing, in one transaction.
fn attempt(connection: &Connection, migrations: &[Migration]) -> Result<(), OpenError> {
    connection.execute_batch("BEGIN")?;
    wait_for_others(connection)?;
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS migrations (
            number   BIGINT NOT NULL PRIMARY KEY,
            name     TEXT   NOT NULL,
            checksum TEXT   NOT NULL
        )",
    )?;
    let found = judge(connection, migrations)?;
    for migration in migrations {
        if is_missing(connection, migration)? {
            if found > 0 {
                let Migration { number, name, .. } = migration;
                tracing::info!(number, name, "the tables are brought to the shape of this release");
            }
            take(connection, migration)?;
            let checksum = checksum(migration);
            connection
                .prepare("INSERT INTO migrations (number, name, checksum) VALUES (?1, ?2, ?3)")?
                .execute(params![migration.number, migration.name, checksum])?;
        }
    }
    Ok(connection.execute_batch("COMMIT")?)
}

/// Takes a step; the log says now and then that it goes on.
fn take(connection: &Connection, migration: &Migration) -> sql::Result<()> {
    let (running, ended) = channel::<()>();
    let begun = Instant::now();
    thread::scope(|scope| {
        scope.spawn(move || {
            while ended.recv_timeout(NOTE) == Err(RecvTimeoutError::Timeout) {
                let seconds = begun.elapsed().as_secs();
                tracing::info!(
                    name = migration.name,
                    seconds,
                    "the tables are still being changed"
                );
            }
        });
        let taken = connection.execute_batch(migration.sql);
        drop(running);
        taken
    })
}

/// Waits until no other server takes steps.
fn wait_for_others(connection: &Connection) -> sql::Result<()> {
    let begun = Instant::now();
    let mut told = begun;
    while !connection.prepare_cached(LOCK)?.exists([])? {
        if begun.elapsed() >= OTHERS {
            return Err(sql::Error::Late(OTHERS.as_secs()));
        }
        if told.elapsed() >= NOTE {
            told = Instant::now();
            let seconds = begun.elapsed().as_secs();
            tracing::info!(seconds, "waits for another server, which changes the tables");
        }
        thread::sleep(PAUSE);
    }
    Ok(())
}

/// The last step of the database, which must not be one that this release does not know.
fn judge(connection: &Connection, migrations: &[Migration]) -> Result<i64, OpenError> {
    let found: i64 = connection
        .prepare("SELECT coalesce(max(number), 0) FROM migrations")?
        .query_row([], |row| row.get(0))?;
    let known = migrations.last().map_or(0, |last| last.number);
    if found > known { Err(OpenError::Newer { found, known }) } else { Ok(found) }
}

/// Whether a step has to be taken. One that was taken must have been the same.
fn is_missing(connection: &Connection, migration: &Migration) -> Result<bool, OpenError> {
    let &Migration { number, name, .. } = migration;
    let applied: Option<String> = connection
        .prepare("SELECT checksum FROM migrations WHERE number = ?1")?
        .query_row([number], |row| row.get(0))
        .optional()?;
    match applied {
        Some(applied) if applied != checksum(migration) => {
            Err(OpenError::MigrationChanged { number, name })
        }
        applied => Ok(applied.is_none()),
    }
}

fn checksum(migration: &Migration) -> String {
    hex::encode(digest(&SHA256, migration.sql.as_bytes()))
}

/// Whether others were in the way.
fn is_passing(error: &OpenError) -> bool {
    let OpenError::Database(cause) = error else { return false };
    cause.downcast_ref::<sql::Error>().is_some_and(sql::Error::is_passing)
}

#[cfg(test)]
mod tests {
    use postgres_cluster::{Cluster, TestDatabase};

    use super::*;
    use crate::PostgresAddress;
    use crate::sql::postgres::{Purpose, Session};

    const FIRST: Migration = Migration { number: 1, name: "a", sql: "CREATE TABLE a (x BIGINT)" };
    const SECOND: Migration =
        Migration { number: 2, name: "b", sql: "ALTER TABLE a ADD COLUMN y BIGINT" };

    fn session(database: &TestDatabase) -> Connection {
        let address: PostgresAddress = database.url().parse().unwrap();
        Connection::Postgres(Session::connect(&address, Purpose::Tables).unwrap())
    }

    #[test]
    fn a_step_may_take_hours_and_waits_for_a_table_for_seconds() {
        let database = TestDatabase::new(&Cluster::shared());
        let connection = session(&database);

        let shown = |setting: &str| {
            let sql = format!("SELECT current_setting('{setting}')");
            connection.query_row(&sql, [], |row| row.get::<String>(0)).unwrap()
        };

        assert_eq!(shown("statement_timeout"), "0");
        assert_eq!(shown("idle_in_transaction_session_timeout"), "0");
        assert_eq!(shown("lock_timeout"), "3s");
    }

    #[test]
    fn steps_are_tried_again_while_others_have_their_table() {
        let database = TestDatabase::new(&Cluster::shared());
        let connection = session(&database);
        apply_all(&connection, &[FIRST], PATIENCE).unwrap();
        let other = session(&database);
        other.execute_batch("BEGIN; SELECT * FROM a").unwrap();
        // Longer than one attempt waits for it.
        let (longer, begun) = (Duration::from_millis(3500), Instant::now());
        let ending = thread::spawn(move || {
            thread::sleep(longer);
            other.execute_batch("COMMIT").unwrap();
        });

        apply_all(&connection, &[FIRST, SECOND], PATIENCE).unwrap();

        assert!(begun.elapsed() >= longer);
        connection.execute_batch("SELECT y FROM a").unwrap();
        ending.join().unwrap();
    }

    #[test]
    fn what_a_step_takes_is_not_taken_from_the_time_for_others() {
        const SLOW: Migration = Migration { number: 2, name: "slow", sql: "SELECT pg_sleep(2)" };
        const LAST: Migration = Migration { number: 3, ..SECOND };
        let database = TestDatabase::new(&Cluster::shared());
        let connection = session(&database);
        apply_all(&connection, &[FIRST], PATIENCE).unwrap();
        let other = session(&database);
        other.execute_batch("BEGIN; SELECT * FROM a").unwrap();
        // The first attempt takes longer than that.
        let patience = Duration::from_secs(1);
        let ending = thread::spawn(move || {
            thread::sleep(Duration::from_millis(5500));
            other.execute_batch("COMMIT").unwrap();
        });

        apply_all(&connection, &[FIRST, SLOW, LAST], patience).unwrap();

        connection.execute_batch("SELECT y FROM a").unwrap();
        ending.join().unwrap();
    }

    #[test]
    fn nothing_is_missing_once_all_steps_were_taken() {
        let database = TestDatabase::new(&Cluster::shared());
        let connection = session(&database);
        assert!(!is_current(&connection).unwrap());

        apply(&connection).unwrap();

        assert!(is_current(&connection).unwrap());
        connection.execute_batch("UPDATE migrations SET checksum = 'x' WHERE number = 16").unwrap();
        let changed = is_current(&connection);
        assert!(matches!(changed, Err(OpenError::MigrationChanged { number: 16, .. })));
    }
}
