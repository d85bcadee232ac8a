//! How a change set inside a batch can end.

use ledger::{CommitError, StoreError};

use crate::sql::{self, Class};

/// Why a change set was not written.
#[derive(Debug)]
pub(crate) enum Fate {
    /// The transaction as a whole cannot go on: the disk is full or worse.
    Broken(sql::Error),
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

impl From<sql::Error> for Fate {
    fn from(error: sql::Error) -> Self {
        match error.class() {
            Class::Constraint => Self::conflict(),
            Class::Value => Self::unwritable(error),
            Class::Engine => Self::Broken(error),
        }
    }
}
