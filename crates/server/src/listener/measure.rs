//! What is counted of connections.

use metrics::{counter, describe_counter, describe_gauge, gauge};

const OPEN: &str = "cinnabar_connections_open";
const ACCEPTED: &str = "cinnabar_connections_accepted_total";
const BOUND: &str = "cinnabar_connections_bound";
const CUT_OFF: &str = "cinnabar_connections_cut_off_total";
const HANDSHAKES: &str = "cinnabar_tls_handshakes_open";
const REFUSED: &str = "cinnabar_tls_handshake_failures_total";

/// Tells the metrics' recorder what listeners count.
pub(crate) fn describe_metrics() {
    describe_gauge!(OPEN, "Connections that are open, by listener.");
    describe_gauge!(BOUND, "How many connections may be open, by listener.");
    describe_counter!(CUT_OFF, "Connections ended since their clients took nothing of an answer.");
    describe_gauge!(HANDSHAKES, "TLS handshakes that are under way, by listener.");
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

/// A TLS handshake that is under way until this is dropped.
pub(super) struct Handshake(&'static str);

impl Handshake {
    /// One on `listener`.
    pub(super) fn begin(listener: &'static str) -> Self {
        gauge!(HANDSHAKES, "listener" => listener).increment(1);
        Self(listener)
    }
}

impl Drop for Handshake {
    fn drop(&mut self) {
        gauge!(HANDSHAKES, "listener" => self.0).decrement(1);
    }
}

/// An address had as many connections as it may.
pub(super) fn refused() {
    counter!("cinnabar_refused_total", "reason" => "connections").increment(1);
}

/// A client took nothing of its answer for too long.
pub(super) fn cut_off() {
    counter!(CUT_OFF).increment(1);
}

/// How many connections `listener` keeps open at most.
pub(super) fn bound(listener: &'static str, connections: u32) {
    gauge!(BOUND, "listener" => listener).set(connections);
}

/// A TLS handshake on `listener` came to nothing.
pub(super) fn no_handshake(listener: &'static str) {
    counter!(REFUSED, "listener" => listener).increment(1);
}
