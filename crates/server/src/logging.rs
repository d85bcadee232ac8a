//! Logs: one line per event on standard error, as text or JSON.

use std::io::IsTerminal;

use clap::ValueEnum;
use serde::Deserialize;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

use crate::traces::SpanLayer;

/// Our own crates, whose events the level applies to; others tell warnings and errors only.
const OURS: [&str; 8] = ["api", "cinnabar", "iam", "keys", "ledger", "pki", "server", "store"];

/// The form of log lines.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// From which severity on events are logged.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogLevel {
    /// What helps to find a fault.
    Debug,
    /// Only what went wrong.
    Error,
    /// Each request and each change of state.
    Info,
    /// Nothing.
    Off,
    /// Everything.
    Trace,
    /// What may go wrong.
    Warn,
}

impl From<LogLevel> for LevelFilter {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Debug => Self::DEBUG,
            LogLevel::Error => Self::ERROR,
            LogLevel::Info => Self::INFO,
            LogLevel::Off => Self::OFF,
            LogLevel::Trace => Self::TRACE,
            LogLevel::Warn => Self::WARN,
        }
    }
}

/// Starts logging, for the life of the process, and with it the making of traces where `spans` takes
/// them.
pub(crate) fn start(format: Option<LogFormat>, level: LogLevel, spans: Option<SpanLayer>) {
    let own = LevelFilter::from(level);
    let targets = Targets::new()
        .with_default(own.min(LevelFilter::WARN))
        .with_targets(OURS.map(|target| (target, own)));
    let terminal = std::io::stderr().is_terminal();
    let automatic = if terminal { LogFormat::Text } else { LogFormat::Json };
    let lines = tracing_subscriber::fmt::layer::<Registry>().with_writer(std::io::stderr);
    let lines = match format.unwrap_or(automatic) {
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
        LogFormat::Text => lines.with_ansi(terminal).boxed(),
    };
    // Refused only when logging was started before, as by a test in the same process.
    let _ = match spans {
        // One filter for all: nothing is asked twice, and spans of traces are never made.
        None => tracing_subscriber::registry().with(lines).with(targets).try_init(),
        Some(spans) => {
            let both = vec![lines.with_filter(targets).boxed(), spans];
            tracing_subscriber::registry().with(both).try_init()
        }
    };
}
