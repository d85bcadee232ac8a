//! A piece of work, as the scheduler sees it.

use std::time::Duration;

use async_trait::async_trait;
use pki::lease::Lease;

/// Why work failed.
pub(super) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// A piece of work that one server does at a time.
#[async_trait]
pub(super) trait Work: Send + Sync {
    /// What kind of work it is, for metrics and the log.
    fn kind(&self) -> &'static str;

    /// The name of its lease: no other piece has it.
    fn name(&self) -> String;

    /// How long it rests after it was done, which took so long.
    fn rest(&self, worked: Duration) -> Duration;

    /// The longest that it rests.
    fn longest_rest(&self) -> Duration {
        self.rest(Duration::MAX)
    }

    /// Does it. Whatever it commits expects the lease. What is left by a failure is done the next
    /// time.
    async fn run(&self, lease: &Lease) -> Result<(), Cause>;
}
