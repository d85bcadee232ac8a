//! What is counted of spans.

use metrics::{counter, describe_counter};

const SPANS: &str = "cinnabar_trace_spans_total";

/// Tells the metrics' recorder what becomes of spans.
pub(crate) fn describe_metrics() {
    describe_counter!(
        SPANS,
        "Spans of traces: sent to the collector, dropped from a full queue, or lost with a failure."
    );
    for outcome in ["dropped", "lost", "sent"] {
        counter!(SPANS, "outcome" => outcome).absolute(0);
    }
}

/// A span found the queue full.
pub(super) fn dropped() {
    counter!(SPANS, "outcome" => "dropped").increment(1);
}

/// The collector did not take so many spans.
pub(super) fn lost(spans: usize) {
    counter!(SPANS, "outcome" => "lost").increment(count(spans));
}

/// The collector has taken so many spans.
pub(super) fn sent(spans: usize) {
    counter!(SPANS, "outcome" => "sent").increment(count(spans));
}

/// No number of spans in memory is so large that it is not exact.
fn count(spans: usize) -> u64 {
    u64::try_from(spans).unwrap_or(u64::MAX)
}
