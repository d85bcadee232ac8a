//! The connections to a file that read.
//!
//! A point read runs where it is asked for: it takes some microseconds, less than handing it to the
//! blocking pool and back (measured: the pool halves the reads a second, with 1 and with 32 tasks
//! on two cores). Whatever may read many rows runs on the blocking pool, on connections of its own,
//! so that no point read waits behind it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use ledger::StoreError;
use tokio::sync::Semaphore;

use crate::sql::{self, Connection};
use crate::{OpenError, connection};

/// How many scans run at a time.
pub(super) const SCANS: usize = 4;

/// The connections to a file that read.
pub(crate) struct FileReaders {
    point: Vec<Mutex<Connection>>,
    next: AtomicUsize,
    scans: Arc<Scans>,
    path: PathBuf,
}

/// The connections for scans.
struct Scans {
    turns: Arc<Semaphore>,
    /// Those that nobody uses; further ones are opened when they are needed.
    idle: Mutex<Vec<Connection>>,
}

impl FileReaders {
    /// Opens `point` connections for point reads, at least one, and a first one for scans.
    pub(crate) fn open(path: &Path, point: usize) -> Result<Self, OpenError> {
        let open = || connection::point_reader(path, point).map(Connection::Sqlite);
        let point =
            (0..point.max(1)).map(|_| open().map(Mutex::new)).collect::<Result<_, OpenError>>()?;
        let first = Connection::Sqlite(connection::scan_reader(path)?);
        let turns = Arc::new(Semaphore::new(SCANS));
        let scans = Arc::new(Scans { turns, idle: Mutex::new(vec![first]) });
        Ok(Self { point, next: AtomicUsize::new(0), scans, path: path.to_owned() })
    }

    /// How many connections are open: those for point reads, and those for scans, idle or in use.
    pub(crate) fn count(&self) -> usize {
        let scanning = SCANS.saturating_sub(self.scans.turns.available_permits());
        let scans = lock(&self.scans.idle).len().saturating_add(scanning).min(SCANS);
        self.point.len().saturating_add(scans)
    }

    /// A new connection, for a read that takes seconds.
    pub(crate) fn apart(&self) -> Result<Connection, OpenError> {
        connection::scan_reader(&self.path).map(Connection::Sqlite)
    }

    /// Runs a read of a few rows by key, here and now.
    pub(crate) fn point<T>(
        &self,
        read: impl Fn(&Connection) -> sql::Result<T>,
    ) -> Result<T, StoreError> {
        let start = self.next.fetch_add(1, Ordering::Relaxed) % self.point.len().max(1);
        let (before, after) = self.point.split_at(start);
        let around = || after.iter().chain(before);
        let free = around().find_map(try_lock).or_else(|| around().next().map(lock));
        let connection = free.ok_or_else(|| StoreError::new(sql::Error::Closed))?;
        read(&connection).map_err(StoreError::new)
    }

    /// Runs a read of many rows on the blocking pool, in turn: whoever lists waits as one of those whom
    /// the server lets in, and its own work must not fail because others list.
    pub(crate) async fn scan<T: Send + 'static>(
        &self,
        read: impl Fn(&Connection) -> sql::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let turn = self.scans.turns.clone().acquire_owned().await.map_err(StoreError::new)?;
        let (scans, path) = (Arc::clone(&self.scans), self.path.clone());
        let scan = move || {
            let _turn = turn;
            let idle = lock(&scans.idle).pop();
            let connection = match idle {
                Some(connection) => connection,
                None => connection::scan_reader(&path)
                    .map(Connection::Sqlite)
                    .map_err(StoreError::new)?,
            };
            let found = read(&connection).map_err(StoreError::new);
            lock(&scans.idle).push(connection);
            found
        };
        tokio::task::spawn_blocking(scan).await.map_err(StoreError::new)?
    }
}

/// The reader, unless somebody is using it.
fn try_lock(reader: &Mutex<Connection>) -> Option<MutexGuard<'_, Connection>> {
    match reader.try_lock() {
        Ok(reader) => Some(reader),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// A reader keeps no state between reads, so one whose last read panicked is as good as any.
fn lock<T>(reader: &Mutex<T>) -> MutexGuard<'_, T> {
    reader.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::Synchronous;

    #[tokio::test]
    async fn a_scan_waits_for_no_other_until_there_are_many() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.db");
        let writer = connection::writer(&path, Synchronous::Full).unwrap();
        writer.execute_batch("CREATE TABLE a (id BIGINT)").unwrap();
        let readers = Arc::new(FileReaders::open(&path, 1).unwrap());
        let mut held = Vec::new();
        for _ in 1..SCANS {
            let (begun, begins) = mpsc::channel();
            let (end, ends) = mpsc::channel::<()>();
            let readers = readers.clone();
            let ends = Mutex::new(ends);
            let scan = tokio::spawn(async move {
                let read = move |_: &Connection| {
                    begun.send(()).unwrap();
                    let _ = ends.lock().unwrap().recv();
                    Ok(())
                };
                readers.scan(read).await
            });
            tokio::task::spawn_blocking(move || begins.recv()).await.unwrap().unwrap();
            held.push((end, scan));
        }

        let count =
            |c: &Connection| c.prepare("SELECT count(*) FROM a")?.query_row([], |r| r.get(0));
        let counted: i64 = readers.scan(count).await.unwrap();

        assert_eq!(counted, 0);
        assert_eq!(readers.count(), 1 + SCANS);
        for (end, scan) in held {
            drop(end);
            scan.await.unwrap().unwrap();
        }
        assert_eq!(readers.count(), 1 + SCANS, "they are kept");
    }
}
