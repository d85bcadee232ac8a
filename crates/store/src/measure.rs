//! What is counted of commits.

use std::time::Duration;

use ledger::{AuditEvent, CommitError, Outcome};
use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

const COMMITS: &str = "cinnabar_commits_total";
const DURATION: &str = "cinnabar_commit_duration_seconds";
const BATCH: &str = "cinnabar_commit_batch_size";
const WAIT: &str = "cinnabar_commit_wait_seconds";
const QUEUE: &str = "cinnabar_commit_queue_length";
const REPLICA_READS: &str = "cinnabar_replica_reads_total";
const REPLICA_WAIT: &str = "cinnabar_replica_wait_seconds";
const EVENTS: &str = "cinnabar_audit_events_total";

/// Tells the metrics' recorder what the store counts.
pub fn describe_metrics() {
    describe_counter!(COMMITS, "Change sets, by what became of them.");
    describe_histogram!(
        DURATION,
        Unit::Seconds,
        "How long transactions took, until they were on the disk or undone."
    );
    describe_histogram!(
        WAIT,
        Unit::Seconds,
        "How long change sets waited for the writer, before their transaction."
    );
    describe_histogram!(BATCH, "Change sets that shared a transaction.");
    describe_gauge!(QUEUE, "Change sets that wait for the writer.");
    describe_counter!(EVENTS, "Audit events written, by operation and outcome.");
    describe_counter!(
        REPLICA_READS,
        "Lists and exports with a replica configured: read there, or why not."
    );
    describe_histogram!(
        REPLICA_WAIT,
        Unit::Seconds,
        "How long the replica was waited for until it had what was answered before."
    );
    for outcome in ["committed", "conflict", "quota", "failed", "unknown"] {
        counter!(COMMITS, "outcome" => outcome).absolute(0);
    }
    for outcome in ["replica", "away", "behind", "busy", "failed", "foreign", "promoted", "unknown"]
    {
        counter!(REPLICA_READS, "outcome" => outcome).absolute(0);
    }
}

/// A change set has joined the queue.
pub(crate) fn queued() {
    gauge!(QUEUE).increment(1);
}

/// It was not taken after all, or is taken out again.
pub(crate) fn unqueued() {
    gauge!(QUEUE).decrement(1);
}

/// A change set waited this long for the writer.
pub(crate) fn waited(taken: Duration) {
    histogram!(WAIT).record(taken);
}

/// Somebody is told to come back: as many wait as may, or it takes too long.
pub(crate) fn refused(reason: &'static str) {
    counter!("cinnabar_refused_total", "reason" => reason).increment(1);
}

/// A transaction over `size` change sets took this long.
pub(crate) fn transaction(size: usize, taken: Duration) {
    histogram!(DURATION).record(taken);
    // No queue is so long that the number is not exact.
    histogram!(BATCH).record(u32::try_from(size).unwrap_or(u32::MAX));
}

/// What became of a change set.
pub(crate) fn ended(fate: &Result<(), CommitError>) {
    let outcome = match fate {
        Ok(()) => "committed",
        Err(CommitError::Conflict) => "conflict",
        Err(CommitError::Failed(_)) => "failed",
        Err(CommitError::QuotaReached(_)) => "quota",
        Err(CommitError::Unknown) => "unknown",
    };
    counter!(COMMITS, "outcome" => outcome).increment(1);
}

/// A list or an export was read from the replica, or not, for this reason.
pub(crate) fn read_replica(outcome: &'static str) {
    counter!(REPLICA_READS, "outcome" => outcome).increment(1);
}

/// A replica was waited for this long.
pub(crate) fn waited_for_replica(taken: Duration) {
    histogram!(REPLICA_WAIT).record(taken);
}

/// Events have become true.
pub(crate) fn told(events: &[AuditEvent]) {
    for event in events {
        let outcome = match event.outcome {
            Outcome::Done => "done",
            Outcome::Refused => "refused",
        };
        let told = counter!(EVENTS, "action" => event.action, "outcome" => outcome);
        told.increment(event.count.into());
    }
}
