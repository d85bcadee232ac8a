//! The connections to a file that read.
//!
//! A point read runs where it is asked for: it takes some microseconds, less than handing it to the
//! blocking pool and back (measured: the pool halves the reads a second, with 1 and with 32 tasks
//! on two cores). Whatever may read many rows runs on the blocking pool, on a connection of its own,
//! so that no point read waits behind it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use ledger::StoreError;

use crate::sql::{self, Connection};
use crate::{OpenError, connection};

/// The connections to a file that read.
pub(crate) struct FileReaders {
    point: Vec<Mutex<Connection>>,
    next: AtomicUsize,
    scan: Arc<Mutex<Connection>>,
    path: PathBuf,
}

impl FileReaders {
    /// Opens `point` connections for point reads, at least one, and one for scans.
    pub(crate) fn open(path: &Path, point: usize) -> Result<Self, OpenError> {
        let point = (0..point.max(1))
            .map(|_| Ok(Mutex::new(Connection::Sqlite(connection::point_reader(path)?))))
            .collect::<Result<_, OpenError>>()?;
        let scan = Arc::new(Mutex::new(Connection::Sqlite(connection::scan_reader(path)?)));
        Ok(Self { point, next: AtomicUsize::new(0), scan, path: path.to_owned() })
    }

    /// How many connections are open: those for point reads and the one for scans.
    pub(crate) fn count(&self) -> usize {
        self.point.len().saturating_add(1)
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
        let start = self.next.fetch_add(1, Ordering::Relaxed);
        let (before, after) = self.point.split_at(start % self.point.len().max(1));
        let free = after.iter().chain(before).find_map(try_lock);
        let connection = match (free, after.first()) {
            (Some(connection), _) => connection,
            (None, Some(reader)) => lock(reader),
            (None, None) => lock(&self.scan),
        };
        read(&connection).map_err(StoreError::new)
    }

    /// Runs a read of many rows on the blocking pool.
    pub(crate) async fn scan<T: Send + 'static>(
        &self,
        read: impl Fn(&Connection) -> sql::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let scan = self.scan.clone();
        tokio::task::spawn_blocking(move || read(&lock(&scan)))
            .await
            .map_err(StoreError::new)?
            .map_err(StoreError::new)
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
fn lock(reader: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    reader.lock().unwrap_or_else(PoisonError::into_inner)
}
