//! What is counted of those who are not let in.

use metrics::{Gauge, counter, describe_counter, gauge};

const SIGN_INS: &str = "cinnabar_sign_in_failures_total";
const AUTHENTICATIONS: &str = "cinnabar_authentication_failures_total";

/// Tells the metrics' recorder what signing in counts.
pub fn describe_metrics() {
    describe_counter!(SIGN_INS, "Sign-ins refused, by reason.");
    describe_counter!(AUTHENTICATIONS, "Requests without a valid credential, by reason.");
    counter!(SIGN_INS, "reason" => "locked").absolute(0);
    counter!(SIGN_INS, "reason" => "password wrong").absolute(0);
    counter!(AUTHENTICATIONS, "reason" => "signature wrong").absolute(0);
}

/// Somebody was refused, in the words of the audit trail.
pub(crate) fn refused(action: &str, reason: &'static str) {
    let name = if action == "sign_in" { SIGN_INS } else { AUTHENTICATIONS };
    counter!(name, "reason" => reason).increment(1);
}

/// So many sign-ins may run and wait. Told whenever one comes: the gate is older than the recorder.
pub(crate) fn sign_in_bounds(running: usize, waiting: usize) {
    let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
    gauge!("cinnabar_queue_running_bound", "queue" => "sign_ins").set(number(running));
    gauge!("cinnabar_queue_waiting_bound", "queue" => "sign_ins").set(number(waiting));
}

/// One more that waits or runs in a queue, until this is dropped.
pub(crate) struct Counted(Gauge);

impl Counted {
    /// One that waits in `queue`.
    pub(crate) fn waiting(queue: &'static str) -> Self {
        Self::of(gauge!("cinnabar_queue_waiting", "queue" => queue))
    }

    /// One that has its turn in `queue`.
    pub(crate) fn running(queue: &'static str) -> Self {
        Self::of(gauge!("cinnabar_queue_running", "queue" => queue))
    }

    fn of(gauge: Gauge) -> Self {
        gauge.increment(1);
        Self(gauge)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

/// Somebody was refused since the queue of sign-ins is full.
pub(crate) fn sign_ins_full() {
    counter!("cinnabar_refused_total", "reason" => "sign_ins").increment(1);
}
