//! A clock that stands still until the test moves it.

use std::sync::atomic::{AtomicI64, Ordering};

use ledger::{Clock, Timestamp};

/// A clock that stands still until the test moves it.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl Default for TestClock {
    /// 28 May 2026, 20:26:40.123 UTC.
    fn default() -> Self {
        Self(AtomicI64::new(1_780_000_000_123))
    }
}

impl TestClock {
    /// Moves it on by `seconds`.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}
