//! The flags of traces.

use api::Network;
use clap::Args;

/// Whether traces are sent, where to, and how many.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Traces")]
pub(crate) struct TraceArguments {
    /// Send traces to this collector (OTLP over HTTP), as in http://127.0.0.1:4318. Default: off.
    #[arg(long, value_name = "URL", env = "CINNABAR_TRACES_ENDPOINT")]
    pub(crate) traces_endpoint: Option<String>,
    /// Which part of all traces is kept, from 0 to 1. Default: 1.
    #[arg(long, value_name = "RATIO", env = "CINNABAR_TRACES_SAMPLE")]
    pub(crate) traces_sample: Option<f64>,
    /// What the server is called in traces. Default: cinnabar.
    #[arg(long, value_name = "NAME", env = "CINNABAR_TRACES_SERVICE")]
    pub(crate) traces_service: Option<String>,
    /// Continue the traces of callers in this network (their header traceparent); may be repeated.
    #[arg(long, value_name = "CIDR", env = "CINNABAR_TRACES_CONTINUE_FROM", value_delimiter = ',')]
    pub(crate) traces_continue_from: Option<Vec<Network>>,
}
