//! Connections and what they are set to.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::{OpenError, Synchronous};

/// How long a statement waits for a lock that another process holds, for example a backup.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Page cache of the writer, KiB: with it and the readers' the inner pages of millions of rows are not
/// read again at each change. The operating system's own cache stands behind it.
const WRITER_CACHE: i64 = 16 * 1024;
/// Page caches of all readers of few rows by key, KiB; of more than twelve each has the least.
const POINT_CACHES: i64 = 48 * 1024;
/// The least of one of them.
const LEAST_POINT_CACHE: i64 = 4 * 1024;
/// Page cache of a reader of many rows, KiB: it reads each page once.
const SCAN_CACHE: i64 = 2 * 1024;
/// At how many pages in the log they are moved into the database. A commit waits for it: at half of the
/// capacity p99 grew with this number from 2,000 on, and the rate did not (docs/performance.md).
const CHECKPOINT_PAGES: i64 = 2000;
/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 96;

/// Opens the connection that writes, creating the file where there is none.
pub(crate) fn writer(path: &Path, synchronous: Synchronous) -> Result<Connection, OpenError> {
    own_file(path)?;
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    settle(&connection, WRITER_CACHE)?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(
        None,
        "synchronous",
        match synchronous {
            Synchronous::Full => "FULL",
            #[cfg(debug_assertions)]
            Synchronous::Off => "OFF",
        },
    )?;
    connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", CHECKPOINT_PAGES, |_| Ok(()))?;
    Ok(connection)
}

/// Opens a connection that reads few rows by key, one of so many.
pub(crate) fn point_reader(path: &Path, readers: usize) -> Result<Connection, OpenError> {
    let readers = i64::try_from(readers).unwrap_or(i64::MAX).max(1);
    reader(path, (POINT_CACHES / readers).max(LEAST_POINT_CACHE))
}

/// Opens a connection that reads many rows.
pub(crate) fn scan_reader(path: &Path) -> Result<Connection, OpenError> {
    reader(path, SCAN_CACHE)
}

fn reader(path: &Path, cache: i64) -> Result<Connection, OpenError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    settle(&connection, cache)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn settle(connection: &Connection, cache: i64) -> Result<(), OpenError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "cache_size", -cache)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Else the planner looks at bound values, and a statement that it looked at is prepared again
    // each time it comes out of the cache, which costs more than running it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Makes sure that the file is there and is the owner's alone. The files beside it (`-wal`,
/// `-shm`) take over its mode.
fn own_file(path: &Path) -> Result<(), OpenError> {
    let failed = |source| OpenError::File { path: path.to_owned(), source };
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(file) => {
            file.sync_all().map_err(failed)?;
            if let Some(directory) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                // The file's name has to survive a power cut as well.
                File::open(directory).and_then(|d| d.sync_all()).map_err(failed)?;
            }
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let mode = fs::metadata(path).map_err(failed)?.mode();
            if mode & 0o077 == 0 { Ok(()) } else { Err(OpenError::OpenToOthers(path.to_owned())) }
        }
        Err(error) => Err(failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_statement_from_the_cache_is_not_prepared_again() {
        let directory = tempfile::tempdir().unwrap();
        let connection = writer(&directory.path().join("x.db"), Synchronous::Full).unwrap();
        connection
            .execute_batch(
                "CREATE TABLE a (id TEXT PRIMARY KEY); CREATE TABLE b (id TEXT PRIMARY KEY)",
            )
            .unwrap();
        let sql = "SELECT * FROM a LEFT JOIN b ON b.id = a.id WHERE a.id = ?1";

        for _ in 0..3 {
            assert!(!connection.prepare_cached(sql).unwrap().exists(["x"]).unwrap());
        }

        let statement = connection.prepare_cached(sql).unwrap();
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
