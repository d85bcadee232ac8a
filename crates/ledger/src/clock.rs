//! The port to time.

use crate::Timestamp;

/// Tells the time. The only way to the current time outside [`crate::system`].
pub trait Clock: Send + Sync {
    /// The present moment, UTC.
    fn now(&self) -> Timestamp;
}
