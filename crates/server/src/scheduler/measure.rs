//! What is counted of the scheduler's work.

use std::time::Duration;

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

const RUNS: &str = "cinnabar_job_runs_total";
const DURATION: &str = "cinnabar_job_duration_seconds";
const LAG: &str = "cinnabar_job_lag_seconds";
const CRLS: &str = "cinnabar_crls_due";
const LONGEST: &str = "cinnabar_crls_due_longest_seconds";

/// Tells the metrics' recorder what the scheduler counts.
pub(crate) fn describe_metrics() {
    describe_counter!(RUNS, "Runs of the server's own work, by its kind and how they ended.");
    describe_histogram!(DURATION, Unit::Seconds, "How long runs took.");
    describe_gauge!(
        LAG,
        Unit::Seconds,
        "How long the work had been due when its last run began, by the database's clock."
    );
    describe_gauge!(CRLS, "CRLs that are to be made or published.");
    describe_gauge!(
        LONGEST,
        Unit::Seconds,
        "How long the CRL that waits longest has been due, since this server first saw it."
    );
}

/// Makes a kind of work visible before its first run.
pub(super) fn known(kind: &'static str) {
    for outcome in ["done", "failed", "lost"] {
        counter!(RUNS, "kind" => kind, "outcome" => outcome).absolute(0);
    }
}

/// So many CRLs are due, one of them for so long.
pub(super) fn crls_waiting(count: usize, longest: Duration) {
    // No number of lists is so large that it is not exact.
    gauge!(CRLS).set(u32::try_from(count).unwrap_or(u32::MAX));
    gauge!(LONGEST).set(longest.as_secs_f64());
}

/// A run begins that was due for so long.
pub(super) fn begun(kind: &'static str, late: Duration) {
    gauge!(LAG, "kind" => kind).set(late.as_secs_f64());
}

/// A run ended.
pub(super) fn ended(kind: &'static str, outcome: &'static str, taken: Duration) {
    counter!(RUNS, "kind" => kind, "outcome" => outcome).increment(1);
    histogram!(DURATION, "kind" => kind).record(taken);
}
