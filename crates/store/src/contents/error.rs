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
    /// Rows are there that no index finds, or the other way round.
    #[error("the table {table} has {there} rows, and {found} are found by their keys")]
    Indexes {
        /// The table.
        table: &'static str,
        /// How many rows it has.
        there: u64,
        /// How many there are by its index.
        found: u64,
    },
    /// Somebody works on the database that is to be filled.
    #[error("a server, or another copy or restore, is at work on the target")]
    InUse,
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

    /// Whether what the engine has on its disk is damaged: other rows can still be read.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        let Self::Failed(cause) = self else { return false };
        cause.downcast_ref::<sql::Error>().is_some_and(sql::Error::is_damage)
    }

    /// Refuses rows that were read by their keys, if there are more or fewer of them in the table.
    ///
    /// # Errors
    ///
    /// [`ContentsError::Indexes`].
    pub fn unless_all(table: &'static str, there: u64, found: u64) -> Result<(), Self> {
        if there == found { Ok(()) } else { Err(Self::Indexes { table, there, found }) }
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
