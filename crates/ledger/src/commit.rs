//! How a commit or a read can end.

use crate::Counter;

/// The error of a store, its cause for the log. A caller can do nothing about it, but for coming
/// back where the store [is busy](StoreError::is_busy).
#[derive(Debug, thiserror::Error)]
#[error("the store failed")]
pub struct StoreError {
    source: Box<dyn std::error::Error + Send + Sync>,
    state: State,
}

/// What a store is in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// As many wait for it as may.
    Busy,
    /// It cannot do what was asked for.
    Failed,
}

impl StoreError {
    /// A store error with this cause.
    pub fn new(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { source: cause.into(), state: State::Failed }
    }

    /// The refusal of a store for which as many wait as may: nothing was done, and later it will be.
    pub fn busy(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { source: cause.into(), state: State::Busy }
    }

    /// Whether the store would have done it later.
    pub fn is_busy(&self) -> bool {
        self.state == State::Busy
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
