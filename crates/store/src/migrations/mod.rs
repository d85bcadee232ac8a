//! Brings a database to the shape that this release expects.

pub(crate) mod postgres;

use aws_lc_rs::digest::{SHA256, digest};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::OpenError;

/// One step from a shape to the next. Once released it never changes.
struct Migration {
    number: i64,
    name: &'static str,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, name: "ledger", sql: include_str!("../../migrations/0001_ledger.sql") },
    Migration {
        number: 2,
        name: "standing",
        sql: include_str!("../../migrations/0002_standing.sql"),
    },
    Migration {
        number: 3,
        name: "lifecycle",
        sql: include_str!("../../migrations/0003_lifecycle.sql"),
    },
    Migration {
        number: 4,
        name: "workspace",
        sql: include_str!("../../migrations/0004_workspace.sql"),
    },
    Migration {
        number: 5,
        name: "directory",
        sql: include_str!("../../migrations/0005_directory.sql"),
    },
    Migration {
        number: 6,
        name: "credentials",
        sql: include_str!("../../migrations/0006_credentials.sql"),
    },
    Migration {
        number: 7,
        name: "retired_data_keys",
        sql: include_str!("../../migrations/0007_retired_data_keys.sql"),
    },
    Migration {
        number: 8,
        name: "list_indexes",
        sql: include_str!("../../migrations/0008_list_indexes.sql"),
    },
    Migration {
        number: 9,
        name: "certificates",
        sql: include_str!("../../migrations/0009_certificates.sql"),
    },
    Migration { number: 10, name: "crl", sql: include_str!("../../migrations/0010_crl.sql") },
    Migration { number: 11, name: "ocsp", sql: include_str!("../../migrations/0011_ocsp.sql") },
    Migration { number: 12, name: "leases", sql: include_str!("../../migrations/0012_leases.sql") },
    Migration {
        number: 13,
        name: "publishing",
        sql: include_str!("../../migrations/0013_publishing.sql"),
    },
    Migration { number: 14, name: "lists", sql: include_str!("../../migrations/0014_lists.sql") },
    Migration {
        number: 15,
        name: "keys_elsewhere",
        sql: include_str!("../../migrations/0015_keys_elsewhere.sql"),
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

/// The number of the last step, which is the same on both engines.
pub(crate) fn known() -> i64 {
    MIGRATIONS.last().map_or(0, |last| last.number)
}

/// Applies what is missing, each step in a transaction of its own.
pub(crate) fn apply(connection: &mut Connection) -> Result<(), OpenError> {
    apply_all(connection, MIGRATIONS)
}

fn apply_all(connection: &mut Connection, migrations: &[Migration]) -> Result<(), OpenError> {
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS migrations (
            number   BIGINT NOT NULL PRIMARY KEY,
            name     TEXT   NOT NULL,
            checksum TEXT   NOT NULL
        )",
    )?;
    let found: i64 =
        connection
            .query_row("SELECT coalesce(max(number), 0) FROM migrations", [], |row| row.get(0))?;
    let known = migrations.last().map_or(0, |last| last.number);
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    migrations.iter().try_for_each(|migration| apply_one(connection, migration))
}

fn apply_one(connection: &mut Connection, migration: &Migration) -> Result<(), OpenError> {
    let &Migration { number, name, sql } = migration;
    let checksum = hex::encode(digest(&SHA256, sql.as_bytes()));
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let applied: Option<String> = transaction
        .query_row("SELECT checksum FROM migrations WHERE number = ?1", [number], |row| row.get(0))
        .optional()?;
    match applied {
        Some(applied) if applied == checksum => return Ok(()),
        Some(_) => return Err(OpenError::MigrationChanged { number, name }),
        None => {}
    }
    transaction.execute_batch(sql)?;
    transaction.execute(
        "INSERT INTO migrations (number, name, checksum) VALUES (?1, ?2, ?3)",
        params![number, name, checksum],
    )?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use pki::crl::{CrlAddress, Finality, Head, List, Sharding};

    use super::*;
    use crate::tables::{crl_bodies, crl_heads, crls};

    const FIRST: Migration = Migration { number: 1, name: "a", sql: "CREATE TABLE a (x BIGINT)" };
    const SECOND: Migration = Migration { number: 2, name: "b", sql: "CREATE TABLE b (x BIGINT)" };

    #[test]
    fn applies_each_step_once() {
        let mut connection = Connection::open_in_memory().unwrap();

        apply_all(&mut connection, &[FIRST]).unwrap();
        apply_all(&mut connection, &[FIRST, SECOND]).unwrap();
        apply_all(&mut connection, &[FIRST, SECOND]).unwrap();

        let steps: i64 =
            connection.query_row("SELECT count(*) FROM migrations", [], |row| row.get(0)).unwrap();
        assert_eq!(steps, 2);
    }

    #[test]
    fn refuses_a_database_of_a_newer_release() {
        let mut connection = Connection::open_in_memory().unwrap();
        apply_all(&mut connection, &[FIRST, SECOND]).unwrap();

        let refusal = apply_all(&mut connection, &[FIRST]);

        assert!(matches!(refusal, Err(OpenError::Newer { found: 2, known: 1 })));
    }

    #[test]
    fn refuses_a_step_that_was_changed() {
        let mut connection = Connection::open_in_memory().unwrap();
        apply_all(&mut connection, &[FIRST]).unwrap();

        let changed = Migration { sql: "CREATE TABLE a (y BIGINT)", ..FIRST };

        assert!(matches!(
            apply_all(&mut connection, &[changed]),
            Err(OpenError::MigrationChanged { number: 1, name: "a" })
        ));
    }

    #[test]
    fn leaves_nothing_of_a_step_that_fails() {
        let mut connection = Connection::open_in_memory().unwrap();
        let broken = Migration { number: 1, name: "a", sql: "CREATE TABLE a (x BIGINT); nonsense" };

        assert!(apply_all(&mut connection, &[broken]).is_err());

        apply_all(&mut connection, &[FIRST]).unwrap();
    }

    /// Tables with their columns, of which type each is.
    fn tables(connection: &Connection) -> Vec<(String, Vec<(String, String)>)> {
        let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'migrations'";
        let mut names = connection.prepare(names).unwrap();
        let names = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap);
        names
            .map(|table: String| {
                let mut columns =
                    connection.prepare("SELECT name, type FROM pragma_table_info(?1)").unwrap();
                let columns =
                    columns.query_map([&table], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
                let columns = columns.map(Result::unwrap).collect();
                (table, columns)
            })
            .collect()
    }

    /// Everything that stands in these columns, as SQL's own literals.
    fn rows(connection: &Connection, table: &str, columns: &[(String, String)]) -> Vec<String> {
        let quoted: Vec<String> =
            columns.iter().map(|(name, _)| format!("quote({name})")).collect();
        let sql = format!("SELECT {} FROM {table}", quoted.join(" || ' ' || "));
        let mut rows = connection.prepare(&sql).unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn a_database_of_the_first_release_keeps_every_row() {
        let mut connection = Connection::open_in_memory().unwrap();
        apply_all(&mut connection, &MIGRATIONS[..1]).unwrap();
        let tables = tables(&connection);
        assert_eq!(tables.len(), 18);
        // Rows of the test's own, whose references lead nowhere.
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        for (table, columns) in tables.iter().filter(|(table, _)| table != "readiness") {
            let values: Vec<String> = columns
                .iter()
                .map(|(column, kind)| match (kind.as_str(), column.as_str()) {
                    ("TEXT", "state") => "'active'".to_owned(),
                    ("TEXT", column) => format!("'{table} {column}'"),
                    ("BLOB", column) => format!("CAST('{table} {column}' AS BLOB)"),
                    _ => "1".to_owned(),
                })
                .collect();
            let sql = format!("INSERT INTO {table} VALUES ({})", values.join(", "));
            assert_eq!(connection.execute(&sql, []), Ok(1), "{table}");
        }
        connection.pragma_update(None, "foreign_keys", true).unwrap();
        let before: Vec<_> =
            tables.iter().map(|(t, columns)| rows(&connection, t, columns)).collect();

        apply(&mut connection).unwrap();

        for ((table, columns), before) in tables.iter().zip(before) {
            let after = rows(&connection, table, columns);
            if table == "authorities" {
                // The only value that has another name now.
                assert_eq!(after, [before[0].replace("'active'", "'issued'")]);
            } else {
                assert_eq!(after, before, "{table}");
            }
        }
        let standing: String =
            connection.query_row("SELECT standing FROM users", [], |row| row.get(0)).unwrap();
        assert_eq!(standing, "owner", "each account had its owner alone");
    }

    /// An authority's CRL of before CRLs were in chunks: what it was to be, and its bytes if there
    /// were any.
    fn old_crl(connection: &Connection, authority: &str, der: Option<&[u8]>) {
        let sql = "INSERT INTO crls (authority, version, account, enabled, url, valid_days, number,
                       this_update, next_update, der)
                   VALUES (?1, 3, ?2, 1, 'http://crl.example/a', 30, ?3, ?4, ?5, ?6)";
        let made = |value: i64| der.map(|_| value);
        let account = "01a2011fe6c47960acd3c15c182aaa00";
        let (number, from, to) = (made(7), made(2_000), made(9_000));
        let values = params![authority, account, number, from, to, der];
        connection.execute(sql, values).unwrap();
    }

    #[test]
    fn a_crl_that_was_made_before_chunks_is_the_head_of_its_list() {
        let [made, unmade] =
            ["0199e5ac-3a1f-7c51-8a3c-1d0a6ab0a6c4", "0199e5ac-3a1f-7c51-8a3c-1d0a6ab0a6c5"];
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "foreign_keys", true).unwrap();
        apply_all(&mut connection, &MIGRATIONS[..8]).unwrap();
        old_crl(&connection, made, Some(b"all of it"));
        old_crl(&connection, unmade, None);

        apply(&mut connection).unwrap();

        let connection = crate::sql::Connection::Sqlite(connection);
        let list = List::complete(made.parse().unwrap());
        let head = crl_heads::by_list(&connection, list).unwrap().unwrap();
        let latest = head.value.latest.clone().unwrap();
        assert_eq!((latest.number, latest.octets, latest.chunks), (7, 9, 1));
        assert_eq!(
            (latest.this_update.as_millis(), latest.next_update.as_millis()),
            (2_000, 9_000)
        );
        assert_eq!((latest.finality, latest.through), (Finality::More, 0));
        assert_eq!((head.value.due_at, head.value.published), (None, None));
        let chunk = crl_bodies::chunk(&connection, latest.body, 0).unwrap();
        assert_eq!(chunk.as_deref(), Some(&b"all of it"[..]));
        let none = List::complete(unmade.parse().unwrap());
        assert!(crl_heads::by_list(&connection, none).unwrap().is_none());
        for id in [made, unmade] {
            let kept = crls::by_authority(&connection, id.parse().unwrap()).unwrap().unwrap();
            let configuration = kept.value.configuration;
            assert_eq!(configuration.address, CrlAddress::Custom("http://crl.example/a".into()));
            assert_eq!((kept.version.0, configuration.valid_days), (3, 30));
            assert_eq!(kept.value.sharding, Sharding::Off);
        }
        // The next one takes its place as any other's.
        let next = Head { due_at: Some(latest.next_update), ..head.value };
        assert_eq!(crl_heads::replace(&connection, &next, head.version).unwrap(), 1);
    }
}
