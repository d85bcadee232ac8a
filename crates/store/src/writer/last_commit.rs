//! When a commit last succeeded, which shows for a moment that commits are possible.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// For how long a commit shows that the next one is possible.
const FRESH: Duration = Duration::from_secs(1);

/// The time of the last commit, unless something failed after it.
#[derive(Default)]
pub(super) struct LastCommit(Mutex<Option<Instant>>);

impl LastCommit {
    /// A commit succeeded.
    pub(super) fn succeeded(&self, now: Instant) {
        self.set(Some(now));
    }

    /// A commit failed, or none will come any more.
    pub(super) fn forget(&self) {
        self.set(None);
    }

    /// Whether there was a commit within the last second and nothing failed since.
    pub(super) fn is_fresh(&self, now: Instant) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|last| now.saturating_duration_since(last) < FRESH)
    }

    fn set(&self, last: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = last;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_fresh_for_a_second_unless_something_fails() {
        let last = LastCommit::default();
        let now = Instant::now();
        assert!(!last.is_fresh(now));

        last.succeeded(now);
        assert!(last.is_fresh(now + Duration::from_millis(999)));
        assert!(!last.is_fresh(now + Duration::from_secs(1)));

        last.forget();
        assert!(!last.is_fresh(now));
    }
}
