//! The database: opened, written through one queue, closed.

use std::path::Path;
use std::sync::Arc;

use ledger::{ChangeId, Changes, CommitError, StoreError};
use rusqlite::Connection;

use crate::readers::Readers;
use crate::sealed::guard;
use crate::tables::{audit_events, data_keys};
use crate::writer::{Loss, Writer};
use crate::{AuditFilter, DataKeyRow, OpenError, Options, Record, connection, migrations};

/// The ledger in one SQLite file. Clones share it.
#[derive(Clone)]
pub struct Database {
    writer: Arc<Writer>,
    readers: Arc<Readers>,
}

impl Database {
    /// Opens the database at `path`, creates it where there is none, and brings it to the shape of
    /// this release.
    ///
    /// An error of the disk during a commit ends the process: after it nobody knows what the disk
    /// holds, and a restart finds out.
    ///
    /// # Errors
    ///
    /// When the file cannot be used, is open to others, or is of another release: see
    /// [`OpenError`].
    pub fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        Self::open_with(path, options, Loss::ending_the_process())
    }

    /// Opens the database with another answer to a failed commit.
    pub(crate) fn open_with(path: &Path, options: Options, loss: Loss) -> Result<Self, OpenError> {
        let mut write = connection::writer(path, options.synchronous)?;
        migrations::apply(&mut write)?;
        guard::install(&write)?;
        // What a process that was killed has overwritten may still stand in the log.
        write.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        let readers = Arc::new(Readers::open(path, options.readers)?);
        let writer = Arc::new(Writer::start(write, loss).map_err(OpenError::Thread)?);
        Ok(Self { writer, readers })
    }

    /// Makes a change set true that may hold records of every kind; durable when it returns.
    ///
    /// # Errors
    ///
    /// As [`pki::Store::commit`].
    pub async fn commit_all(&self, changes: Changes<Record>) -> Result<(), CommitError> {
        self.writer.commit(changes.into_parts()).await
    }

    /// Whether the change set `id` became true. The answer is final: it waits for every commit that
    /// was asked for before.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn committed(&self, id: ChangeId) -> Result<bool, StoreError> {
        self.writer.settle().await.map_err(StoreError::new)?;
        self.point(|c| audit_events::told(c, id))
    }

    /// Proves that commits are possible: by one, or by one of a moment ago after which none has
    /// failed.
    ///
    /// # Errors
    ///
    /// When they are not.
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.writer.ready().await
    }

    /// All data keys, oldest first.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub fn data_keys(&self) -> Result<Vec<DataKeyRow>, StoreError> {
        self.point(data_keys::all)
    }

    /// The sealed text that tells whether the master key is the right one; `None` before the
    /// first.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub fn canary(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.point(data_keys::canary)
    }

    /// Audit events, newest first.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn audit(&self, filter: AuditFilter) -> Result<Vec<iam::RecordedEvent>, StoreError> {
        self.scan(move |c| audit_events::page(c, &filter)).await
    }

    /// How many write transactions were committed since the database was opened.
    pub fn transactions(&self) -> u64 {
        self.writer.transactions()
    }

    /// Finishes what is waiting, moves everything into the database file and ends the writer.
    /// Later commits fail; reads go on. Blocks until it is done; a second call finds nothing to do.
    /// Dropping the last clone does the same.
    pub fn close(&self) {
        self.writer.close();
    }

    /// Runs a read of a few rows by key.
    pub(crate) fn point<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.readers.point(read)
    }

    /// Runs a read of many rows.
    pub(crate) async fn scan<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.readers.scan(read).await
    }

    /// A connection of its own for a read that takes seconds.
    pub(crate) fn connection_apart(&self) -> Result<Connection, StoreError> {
        self.readers.apart().map_err(StoreError::new)
    }

    /// The queue to the one writer.
    pub(crate) fn writer(&self) -> &Writer {
        &self.writer
    }

    /// Runs `work` on the write connection, between transactions.
    #[cfg(test)]
    pub(crate) async fn on_writer(&self, work: impl FnOnce(&mut Connection) + Send + 'static) {
        self.writer.run(Box::new(work)).await;
    }
}
