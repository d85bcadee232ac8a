//! How many connections are open at once, and how long each may take for what.

use std::time::Duration;

use iam::Network;

/// How many connections are open at once, and how long each may take for what.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Bounds {
    /// Connections on one listener; more wait to be accepted.
    pub(crate) connections: u32,
    /// Connections of one address; more are closed at once.
    pub(crate) of_address: u32,
    /// Whose connections are not counted by address: they stand for many clients.
    pub(crate) proxies: Vec<Network>,
    /// How long they may take.
    pub(crate) times: Times,
}

/// How long a client may take.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Times {
    /// For a TLS handshake.
    pub(crate) handshake: Duration,
    /// To send a request's header.
    pub(crate) header: Duration,
    /// Between requests.
    pub(crate) idle: Duration,
    /// To take any of an answer that waits for it.
    pub(crate) write: Duration,
}

impl Default for Times {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { handshake: seconds(10), header: seconds(15), idle: seconds(75), write: seconds(30) }
    }
}

impl Default for Bounds {
    fn default() -> Self {
        let times = Times::default();
        Self { connections: 4096, of_address: 1024, proxies: Vec::new(), times }
    }
}
