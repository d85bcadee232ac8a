//! Why a database could not be read or filled as a whole.

use std::error::Error as StdError;

use super::MalformedRow;
use crate::{OpenError, sql};

/// Why a database could not be read or filled as a whole.
#[derive(Debug, thiserror::Error)]
pub enum ContentsError {
    /// The target is not what the source was.
    #[error(
        "the table {table} of the copy differs from the source's: {found} instead of {expected} rows"
    )]
    Differs {
        /// The first table that differs.
        table: &'static str,
        /// How many rows the source has.
        expected: u64,
        /// How many the target has: the same number means that their contents differ.
        found: u64,
    },
    /// The engine refused, or the connection was lost.
    #[error("the database failed")]
    Failed(#[source] Box<dyn StdError + Send + Sync>),
    /// The target has rows.
    #[error("the target is not empty: its table {0} has rows")]
    NotEmpty(&'static str),
    /// There is no installation in the source.
    #[error("there is no installation in the database")]
    NothingThere,
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The target has the beginning of another database's copy.
    #[error("the target has an interrupted copy of another database")]
    OtherCopy,
    /// The database is of an older release.
    #[error("the database is of an older release (step {found} of {known})")]
    Older {
        /// Its last step.
        found: i64,
        /// The last one of this release.
        known: i64,
    },
    /// A row is not one.
    #[error(transparent)]
    Row(#[from] MalformedRow),
    /// Rows of the source came or went while it was copied.
    #[error(
        "a server wrote to the source meanwhile: its table {0} has changed since the copy began"
    )]
    Written(&'static str),
    /// Whoever was given the rows could not go on.
    #[error("{0}")]
    Stopped(#[source] Box<dyn StdError + Send + Sync>),
}

impl ContentsError {
    /// Ends a stream for a reason of who reads it.
    pub fn stopped(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Stopped(cause.into())
    }
}

impl From<sql::Error> for ContentsError {
    fn from(error: sql::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<rusqlite::Error> for ContentsError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.into())
    }
}
