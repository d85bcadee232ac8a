//! Leases on the work that servers sharing a database do by themselves, each piece once.

use std::time::Duration;

use async_trait::async_trait;
use ledger::{Changes, CommitError, RowId, StoreError, Table, Version};

/// The right to do a piece of work, for a time.
///
/// It is proved by its fence: whoever takes the work up next has a higher one, and from then on no
/// commit that [expects](Lease::expected_by) the lower one becomes true. So a server that was paused
/// in the middle of its work cannot do harm when it goes on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Lease {
    /// Which work.
    pub name: String,
    /// Higher than that of every lease on this work before.
    pub fence: Version,
    /// How often in a row the work has failed before.
    pub failures: u32,
    /// How long it has been due, by the database's clock.
    pub late: Duration,
}

impl Lease {
    /// The row whose version is the fence.
    pub fn row(&self) -> RowId {
        RowId::new(Table::Leases, &self.name)
    }

    /// The change set, true only while nobody else has taken the work up.
    #[must_use]
    pub fn expected_by<R>(&self, changes: Changes<R>) -> Changes<R> {
        changes.expect(self.row(), self.fence)
    }
}

/// Who wants to take which work up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Claim<'a> {
    /// Which work.
    pub name: &'a str,
    /// Who asks: a text that no other process has.
    pub holder: &'a str,
    /// How long the lease lasts unless it is renewed.
    pub lasts: Duration,
    /// The longest that the work rests after it was done: what is due later than that was put off by a
    /// clock that has been set back since, and is due now.
    pub rests: Duration,
    /// Whether the work's own time counts.
    pub start: Start,
}

/// When work is taken up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Start {
    /// At once, as after a start of the server, unless it waits after a failure.
    AtOnce,
    /// When it is due.
    WhenDue,
}

/// Whether a lease still counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub enum Held {
    /// Somebody else has taken the work up.
    Lost,
    /// Nobody else has.
    Still,
}

/// How a piece of work ended, and when it is due again.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ended {
    /// How long it is not due now.
    pub pause: Duration,
    /// Why it failed; `None` when it was done.
    pub failure: Option<String>,
}

/// What is recorded of a piece of work.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WorkRecord {
    /// The fence of the last lease on it.
    pub fence: Version,
    /// How often in a row it has failed.
    pub failures: u32,
    /// Why it failed the last time; `None` when it was done.
    pub last_error: Option<String>,
    /// Whether somebody holds a lease on it now.
    pub is_taken: bool,
}

/// Gives leases, by the clock of the database alone: the servers' own clocks may differ.
///
/// A row is never removed, and its fence only rises, also when an old backup of the database is put
/// back: it is at least the milliseconds since 1970.
#[async_trait]
pub trait Leases: Send + Sync {
    /// Takes work up that nobody holds and that is due; `None` where somebody does, or it is not.
    ///
    /// # Errors
    ///
    /// When the database cannot be read or written. After `Unknown` the lease is as good as taken,
    /// and runs out.
    async fn acquire(&self, claim: Claim<'_>) -> Result<Option<Lease>, CommitError>;

    /// Lets the lease last this long from now. The fence stays: commits under way still count.
    ///
    /// # Errors
    ///
    /// As [`Leases::acquire`].
    async fn renew(&self, lease: &Lease, lasts: Duration) -> Result<Held, CommitError>;

    /// Gives the work back, and records how it ended, when the lease still counts.
    ///
    /// # Errors
    ///
    /// As [`Leases::acquire`].
    async fn release(&self, lease: &Lease, ended: Ended) -> Result<Held, CommitError>;

    /// What is recorded of this work; `None` before it was first taken up.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    async fn work(&self, name: &str) -> Result<Option<WorkRecord>, StoreError>;
}
