//! Why a database could not be opened.

use std::io;
use std::path::PathBuf;

use crate::{UnfitServer, sql};

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database was written by a newer release.
    #[error("the database has migration {found}, this release knows {known}: use a newer release")]
    Newer {
        /// The last migration that the database has.
        found: i64,
        /// The last migration that this release has.
        known: i64,
    },
    /// A migration of the database is not the one that this release has under its number.
    #[error("migration {number} of the database is not the one of this release ({name})")]
    MigrationChanged {
        /// The migration's number.
        number: i64,
        /// Its name in this release.
        name: &'static str,
    },
    /// Other users of the machine may read or write the file.
    #[error("{} is open to other users of this machine: chmod 600 it", .0.display())]
    OpenToOthers(PathBuf),
    /// The file cannot be created or examined.
    #[error("{} cannot be opened", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The database engine refused the file.
    #[error("the database cannot be used")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server is not one to keep keys on.
    #[error(transparent)]
    Unfit(#[from] UnfitServer),
    /// The replica is one of another database; its address.
    #[error("{0} is no replica of the database: it has another one")]
    ForeignReplica(String),
    /// A replica was named, and the database is in a file.
    #[error("only a database on a server has replicas")]
    ReplicaOfFile,
    /// A copy into it was interrupted.
    #[error("the database is an unfinished copy")]
    Unfinished,
    /// The writer's thread could not be started.
    #[error("the writer cannot be started")]
    Thread(#[source] io::Error),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<sql::Error> for OpenError {
    fn from(error: sql::Error) -> Self {
        match error {
            sql::Error::Unfit(reason) => Self::Unfit(reason),
            error => Self::Database(error.into()),
        }
    }
}
