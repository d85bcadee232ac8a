//! Durable rows: SQLite as the server sets it up (WAL, `synchronous=FULL`), and nothing around it.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, params};
use tempfile::TempDir;

use super::rate_of_one;
use crate::failure::Failure;

/// As long as a small request with its sealed key, in octets.
const ROW: [u8; 700] = [0x5a; 700];

const FILE: &str = "reference.db";

/// How many rows share a commit.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Group {
    /// A row for each of the 32 connections.
    OfThirtyTwo,
    /// Every row has its own.
    OfOne,
}

/// A database that nobody else uses.
pub(crate) struct Commits {
    connection: Connection,
    next: i64,
    _directory: TempDir,
}

impl Commits {
    /// Makes the database below `directory`, which should be on the server's file system.
    ///
    /// # Errors
    ///
    /// SQLite's own, or no directory can be made.
    pub(crate) fn create(directory: &Path) -> Result<Self, Failure> {
        let directory = tempfile::tempdir_in(directory).map_err(Failure::file(directory))?;
        let connection = Connection::open(directory.path().join(FILE))?;
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(
            "CREATE TABLE rows (id INTEGER PRIMARY KEY, account TEXT NOT NULL, body BLOB NOT NULL)",
        )?;
        Ok(Self { connection, next: 0, _directory: directory })
    }

    /// Rows in a second.
    ///
    /// # Errors
    ///
    /// SQLite's own.
    pub(crate) fn rows(&mut self, group: Group, length: Duration) -> Result<f64, Failure> {
        let rows: u8 = match group {
            Group::OfOne => 1,
            Group::OfThirtyTwo => 32,
        };
        let commits = rate_of_one(length, || self.commit(rows))?;
        Ok(commits * f64::from(rows))
    }

    fn commit(&mut self, rows: u8) -> Result<(), Failure> {
        let transaction = self.connection.transaction()?;
        let mut insert = transaction.prepare_cached("INSERT INTO rows VALUES (?1, ?2, ?3)")?;
        for _ in 0..rows {
            self.next += 1;
            insert.execute(params![self.next, "0123456789abcdef0123456789abcdef", ROW])?;
        }
        drop(insert);
        Ok(transaction.commit()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_the_file_when_they_are_counted() {
        let directory = tempfile::tempdir().unwrap();
        let mut commits = Commits::create(directory.path()).unwrap();

        let rate = commits.rows(Group::OfThirtyTwo, Duration::from_millis(10)).unwrap();

        let other = Connection::open(commits.connection.path().unwrap()).unwrap();
        let count: i64 = other.query_row("SELECT count(*) FROM rows", [], |r| r.get(0)).unwrap();
        assert!(rate > 0.0 && count >= 32 && count % 32 == 0, "{count} rows, {rate} a second");
    }
}
