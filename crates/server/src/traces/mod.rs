//! Traces: spans of what the server does, on their way to a collector (OTLP over HTTP).
//!
//! Whatever the collector does, nothing waits for it: a span that has ended joins a bounded queue or
//! is counted as dropped, and one task empties the queue.

mod continued;
mod measure;
mod outlet;
mod queue;
mod tracer;

pub(crate) use continued::continue_trace;
pub(crate) use measure::describe_metrics;
pub(crate) use outlet::Outlet;
pub(crate) use tracer::{SpanLayer, start};
