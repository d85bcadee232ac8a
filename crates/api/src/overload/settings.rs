//! How much is done at once, and how often somebody may ask.

use std::num::NonZeroU32;
use std::time::Duration;

/// How many have a turn at once, how many wait for one, and for how long.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Bound {
    /// Turns.
    pub running: u32,
    /// Places of those who wait for one.
    pub waiting: u32,
    /// How long they do before they are refused.
    pub patience: Duration,
}

/// How often somebody may ask: a bucket of tokens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rate {
    /// Tokens that come each second.
    pub per_second: NonZeroU32,
    /// Tokens that a bucket holds.
    pub burst: NonZeroU32,
}

/// All bounds of the front-ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Requests to the APIs that are worked on.
    pub requests: Bound,
    /// Bodies that are waited for at once.
    pub bodies: u32,
    /// How often an account may ask; `None` is as often as it likes.
    pub account: Option<Rate>,
    /// How often an access key may, or a user with tokens.
    pub credential: Option<Rate>,
    /// Requests to the public listener that are worked on.
    pub public: Bound,
    /// How often relying parties may ask, all together.
    pub public_rate: Option<Rate>,
    /// How often one address of theirs may.
    pub address: Option<Rate>,
}

impl Default for Limits {
    /// 256 requests and 256 that wait, at most a second; no rates. The slow queues inside (making
    /// RSA keys, packing exports, hashing passwords, searches) hold fewer than 256 together, so that
    /// they never have all turns.
    fn default() -> Self {
        let patience = Duration::from_secs(1);
        let bound = |turns| Bound { running: turns, waiting: turns, patience };
        Self {
            requests: bound(256),
            bodies: 512,
            account: None,
            credential: None,
            public: bound(128),
            public_rate: None,
            address: None,
        }
    }
}
