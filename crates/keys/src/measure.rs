//! What is counted of keys: signatures, new keys, ready-made ones.

use std::time::Duration;

use metrics::{
    Gauge, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use pki::{KeyPurpose, KeyRecord};
use x509::key::KeyAlgorithm;

const SIGNATURES: &str = "cinnabar_signatures_total";
const SIGNATURE_DURATION: &str = "cinnabar_signature_duration_seconds";
const GENERATED: &str = "cinnabar_keys_generated_total";
const GENERATION_DURATION: &str = "cinnabar_key_generation_duration_seconds";
const POOL: &str = "cinnabar_key_pool_ready";
const TAKEN: &str = "cinnabar_key_pool_taken_total";

/// Tells the metrics' recorder what the vault counts.
pub fn describe_metrics() {
    describe_counter!(SIGNATURES, "Signatures made, by the key's algorithm and purpose.");
    describe_histogram!(
        SIGNATURE_DURATION,
        Unit::Seconds,
        "How long a signature took, with the wait for its turn and the opening of its key."
    );
    describe_counter!(GENERATED, "Keys given out, by algorithm and purpose.");
    describe_histogram!(
        GENERATION_DURATION,
        Unit::Seconds,
        "How long a new key took, with the wait for its turn; next to nothing for a ready-made one."
    );
    describe_gauge!(POOL, "Ready-made keys, by algorithm.");
    describe_counter!(TAKEN, "Ready-made keys given out, by algorithm.");
}

/// `key` has made a signature, which took this long.
pub(crate) fn signed(key: &KeyRecord, taken: Duration) {
    let (algorithm, purpose) = (key.algorithm.as_str(), word(key.binding.purpose));
    counter!(SIGNATURES, "algorithm" => algorithm, "purpose" => purpose).increment(1);
    histogram!(SIGNATURE_DURATION, "algorithm" => algorithm).record(taken);
}

/// `key` was made, which took this long.
pub(crate) fn generated(key: &KeyRecord, taken: Duration) {
    let (algorithm, purpose) = (key.algorithm.as_str(), word(key.binding.purpose));
    counter!(GENERATED, "algorithm" => algorithm, "purpose" => purpose).increment(1);
    histogram!(GENERATION_DURATION, "algorithm" => algorithm).record(taken);
}

/// So many ready-made keys of this kind are left.
pub(crate) fn ready(algorithm: KeyAlgorithm, keys: usize) {
    // A pool that large does not fit into memory.
    let keys = u32::try_from(keys).unwrap_or(u32::MAX);
    gauge!(POOL, "algorithm" => algorithm.as_str()).set(keys);
}

/// A ready-made key of this kind was given out.
pub(crate) fn taken(algorithm: KeyAlgorithm) {
    counter!(TAKEN, "algorithm" => algorithm.as_str()).increment(1);
}

fn word(purpose: KeyPurpose) -> &'static str {
    match purpose {
        KeyPurpose::Authority => "authority",
        KeyPurpose::Certificate => "certificate",
        KeyPurpose::Csr => "csr",
        KeyPurpose::Responder => "responder",
        KeyPurpose::Tls => "tls",
    }
}

/// So many may run and wait in `queue`. Told whenever somebody comes: the gate is older than the
/// recorder.
pub(crate) fn bounds(queue: &'static str, running: usize, waiting: usize) {
    let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
    gauge!("cinnabar_queue_running_bound", "queue" => queue).set(number(running));
    gauge!("cinnabar_queue_waiting_bound", "queue" => queue).set(number(waiting));
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

/// Somebody was refused since `queue` is full.
pub(crate) fn full(queue: &'static str) {
    counter!("cinnabar_refused_total", "reason" => queue).increment(1);
}
