//! The connections that read.

mod file;
mod pool;
mod searches;

use std::sync::Arc;
use std::time::Duration;

use ledger::StoreError;

use crate::OpenError;
use crate::replica::Held;
use crate::sql::{self, Connection};

pub(crate) use file::FileReaders;
pub(crate) use pool::Pool;
pub(crate) use searches::Searches;

/// How long a read waits for a connection.
pub(crate) const TURN: Duration = Duration::from_secs(5);

/// The connections that read.
#[derive(Clone)]
pub(crate) enum Readers {
    /// To a file.
    Sqlite(Arc<FileReaders>),
    /// To a server.
    Postgres(Arc<Pool>),
    /// To a replica of it, for one operation.
    Replica(Arc<Held>),
}

impl Readers {
    /// Runs a read of a few rows by key.
    pub(crate) async fn point<T: Send + 'static>(
        &self,
        read: impl Fn(&Connection) -> sql::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        match self {
            Self::Sqlite(readers) => readers.point(read),
            Self::Postgres(pool) => pool.run(read).await,
            Self::Replica(held) => held.run(read).await,
        }
    }

    /// Runs a read of many rows.
    pub(crate) async fn scan<T: Send + 'static>(
        &self,
        read: impl Fn(&Connection) -> sql::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        match self {
            Self::Sqlite(readers) => readers.scan(read).await,
            Self::Postgres(pool) => pool.run(read).await,
            Self::Replica(held) => held.run(read).await,
        }
    }

    /// How many connections are open.
    pub(crate) fn open(&self) -> u32 {
        let open = match self {
            Self::Sqlite(readers) => readers.count(),
            Self::Postgres(pool) => pool.count(),
            Self::Replica(_) => 0,
        };
        u32::try_from(open).unwrap_or(u32::MAX)
    }

    /// A new connection, for a read that takes seconds. Blocks: not for a thread of a runtime.
    pub(crate) fn apart(&self) -> Result<Connection, OpenError> {
        match self {
            Self::Sqlite(readers) => readers.apart(),
            Self::Postgres(pool) => Ok(pool.apart()?),
            Self::Replica(held) => Ok(held.apart()?),
        }
    }
}
