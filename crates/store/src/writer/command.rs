//! What the writer can be asked for.

use crate::sql::Connection;
use std::time::Instant;

use ledger::{CommitError, Parts, StoreError};
use tokio::sync::oneshot::Sender;
use tracing::Span;

use super::fate::Fate;
use crate::Record;

/// Why the writer did not take a command; the cause inside a [`StoreError`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum QueueError {
    /// The database was closed.
    #[error("the database is closed")]
    Closed,
    /// As many commits as may wait are waiting.
    #[error("too many commits are waiting")]
    Full,
    /// An earlier commit does not end.
    #[error("an earlier commit has not ended in time")]
    Stuck,
}

impl From<QueueError> for StoreError {
    /// Who finds the queue full may come back.
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::Closed | QueueError::Stuck => Self::new(error),
            QueueError::Full => Self::busy(error),
        }
    }
}

/// What is written in a transaction of its own; what it refuses leaves nothing behind. On a server it
/// may be done several times, of which the last counts.
pub(super) type Work = Box<dyn FnMut(&Connection) -> Result<(), Fate> + Send>;

/// Since when a change set waits.
pub(super) struct Queued {
    /// The time.
    pub(super) since: Instant,
    /// The span of the wait, which the transaction names.
    pub(super) span: Span,
}

/// A command, and where its answer goes. An answer that nobody waits for is dropped.
pub(super) enum Command {
    /// Make a change set true.
    Commit { changes: Box<Parts<Record>>, answer: Sender<Result<(), CommitError>>, queued: Queued },
    /// Answer when everything before is answered, or that it does not end.
    Settle(Sender<Result<(), QueueError>>),
    /// Prove that commits are possible.
    Ready(Sender<Result<(), StoreError>>),
    /// Do this in a transaction of its own.
    Alone { work: Work, answer: Sender<Result<(), CommitError>> },
    /// Move the log into the database file and cut it off.
    Checkpoint(Sender<Result<(), StoreError>>),
    /// End.
    Close,
    /// Do this.
    #[cfg(test)]
    Run { work: Box<dyn FnOnce(&mut rusqlite::Connection) + Send>, answer: Sender<()> },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_finds_the_queue_full_may_come_back_and_who_finds_it_closed_may_not() {
        assert!(StoreError::from(QueueError::Full).is_busy());
        assert!(!StoreError::from(QueueError::Closed).is_busy());
    }
}
