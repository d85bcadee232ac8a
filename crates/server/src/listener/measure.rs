//! What is counted of connections.

use metrics::{counter, describe_counter, describe_gauge, gauge};

const OPEN: &str = "cinnabar_connections_open";
const ACCEPTED: &str = "cinnabar_connections_accepted_total";
const REFUSED: &str = "cinnabar_tls_handshake_failures_total";

/// Tells the metrics' recorder what listeners count.
pub(crate) fn describe_metrics() {
    describe_gauge!(OPEN, "Connections that are open, by listener.");
    describe_counter!(ACCEPTED, "Connections that were accepted, by listener.");
    describe_counter!(REFUSED, "TLS handshakes that failed or took too long, by listener.");
}

/// A connection that is open until this is dropped.
pub(super) struct Open(&'static str);

impl Open {
    /// One that `listener` has accepted.
    pub(super) fn on(listener: &'static str) -> Self {
        counter!(ACCEPTED, "listener" => listener).increment(1);
        gauge!(OPEN, "listener" => listener).increment(1);
        Self(listener)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        gauge!(OPEN, "listener" => self.0).decrement(1);
    }
}

/// A TLS handshake on `listener` came to nothing.
pub(super) fn no_handshake(listener: &'static str) {
    counter!(REFUSED, "listener" => listener).increment(1);
}
