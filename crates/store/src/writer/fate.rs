//! How a change set inside a batch can end.

use ledger::{CommitError, StoreError};
use rusqlite::ErrorCode;

/// Why a change set was not written.
#[derive(Debug)]
pub(crate) enum Fate {
    /// The transaction as a whole cannot go on: the disk is full or worse.
    Broken(rusqlite::Error),
    /// This change set alone is refused.
    Refused(CommitError),
}

impl Fate {
    /// A row is not as it was read.
    pub(crate) fn conflict() -> Self {
        Self::Refused(CommitError::Conflict)
    }

    /// A change set that cannot be written as it is.
    pub(crate) fn unwritable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Refused(CommitError::Failed(StoreError::new(cause)))
    }
}

impl From<rusqlite::Error> for Fate {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            // A row is there already, a unique name is taken, or an owner has gone away.
            Some(ErrorCode::ConstraintViolation) => Self::conflict(),
            // What the engine says about a value, or this crate about a row.
            Some(ErrorCode::TooBig | ErrorCode::TypeMismatch) | None => Self::unwritable(error),
            Some(_) => Self::Broken(error),
        }
    }
}
