//! What the writer's threads tell those who ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::last_commit::LastCommit;
use super::rounds::Rounds;
use super::shared::Unsettled;

/// What others see of the threads.
#[derive(Default)]
pub(super) struct Seen {
    /// How many change sets were asked for.
    pub(super) asked: AtomicU64,
    /// How many transactions were committed.
    pub(super) transactions: AtomicU64,
    /// When the last of them was.
    pub(super) last_commit: LastCommit,
    /// What is on its way.
    pub(super) rounds: Arc<Rounds>,
    /// Of what nobody knows whether it became true.
    pub(super) unsettled: Unsettled,
}

impl Seen {
    /// A transaction was committed.
    pub(super) fn committed(&self) {
        self.transactions.fetch_add(1, Ordering::Relaxed);
        self.last_commit.succeeded(Instant::now());
    }
}
