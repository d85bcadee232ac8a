//! Where a database is.

use std::path::PathBuf;

use crate::sql::Connection;
use crate::sql::postgres::{Purpose, Session};
use crate::{OpenError, PostgresAddress, Synchronous, connection};

/// Page cache of a connection that fills a file, KiB.
const FILL_CACHE: i64 = 64 * 1024;

/// Where a database is.
#[derive(Clone)]
pub enum Place {
    /// In this file.
    File(PathBuf),
    /// On a server.
    Server(Box<PostgresAddress>),
}

impl Place {
    /// A connection that reads.
    pub(super) fn reader(&self) -> Result<Connection, OpenError> {
        match self {
            Self::File(path) => {
                let reader = connection::scan_reader(path)?;
                // What is sorted can be more than the memory holds.
                reader.pragma_update(None, "temp_store", "file")?;
                Ok(Connection::Sqlite(reader))
            }
            Self::Server(address) => self.session(address),
        }
    }

    /// A connection that writes to an empty database, with all tables in it.
    pub(crate) fn writer(&self) -> Result<Connection, OpenError> {
        match self {
            Self::File(path) => {
                let writer = connection::writer(path, Synchronous::Full)?;
                writer.pragma_update(None, "cache_size", -FILL_CACHE)?;
                Ok(Connection::Sqlite(writer))
            }
            Self::Server(address) => self.session(address),
        }
    }

    fn session(&self, address: &PostgresAddress) -> Result<Connection, OpenError> {
        Ok(Connection::Postgres(Session::connect(address, Purpose::Bulk)?))
    }
}
