//! How a commit or a read can end.

use crate::Counter;

/// The error of a store: nothing that a caller could act on, its cause for the log.
#[derive(Debug, thiserror::Error)]
#[error("the store failed")]
pub struct StoreError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl StoreError {
    /// A store error with this cause.
    pub fn new(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

/// Why a change set did not become true.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// A row changed since it was read, or exists already: read again and decide again.
    #[error("a record was changed by someone else")]
    Conflict,
    /// Nothing was written, for a reason that no caller can act on.
    #[error(transparent)]
    Failed(#[from] StoreError),
    /// A counter would pass its bound.
    #[error("the quota is used up")]
    QuotaReached(Counter),
    /// The connection died during the commit: look the change set up before answering.
    #[error("the fate of the commit is not known")]
    Unknown,
}
