//! The same steps on a PostgreSQL server. What came before the first release that knew PostgreSQL is
//! one step, and each later one has the same number and name on both engines.

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
];

/// Held while the steps are taken: several servers may start at once. Any number that is ours alone.
const LOCK: &str = "SELECT pg_advisory_xact_lock(4923100215)";

/// Brings the database to the shape of this release.
pub(crate) fn apply(connection: &Connection) -> Result<(), OpenError> {
    connection.execute_batch("BEGIN")?;
    connection.prepare(LOCK)?.exists([])?;
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS migrations (
            number   BIGINT NOT NULL PRIMARY KEY,
            name     TEXT   NOT NULL,
            checksum TEXT   NOT NULL
        )",
    )?;
    let found: i64 = connection
        .prepare("SELECT coalesce(max(number), 0) FROM migrations")?
        .query_row([], |row| row.get(0))?;
    let known = MIGRATIONS.last().map_or(0, |last| last.number);
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    for migration in MIGRATIONS {
        let checksum = hex::encode(digest(&SHA256, migration.sql.as_bytes()));
        match applied(connection, migration.number)? {
            Some(applied) if applied == checksum => {}
            Some(_) => {
                let &Migration { number, name, .. } = migration;
                return Err(OpenError::MigrationChanged { number, name });
            }
            None => {
                connection.execute_batch(migration.sql)?;
                connection
                    .prepare("INSERT INTO migrations (number, name, checksum) VALUES (?1, ?2, ?3)")?
                    .execute(params![migration.number, migration.name, checksum])?;
            }
        }
    }
    Ok(connection.execute_batch("COMMIT")?)
}

fn applied(connection: &Connection, number: i64) -> sql::Result<Option<String>> {
    connection
        .prepare("SELECT checksum FROM migrations WHERE number = ?1")?
        .query_row([number], |row| row.get(0))
        .optional()
}
