//! `cinnabar audit …`.

use clap::{Args, Subcommand, ValueEnum};

/// The most events that are shown at once.
pub(crate) const MOST_EVENTS: u32 = 10_000;

/// `cinnabar audit …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Show who did what, newest commit first.
    ///
    /// Refusals that repeat are written up to a minute later as one event, with the time and
    /// request of the last of them, so that it can stand above what happened after it.
    List(AuditListArguments),
}

/// `cinnabar audit list`.
#[derive(Args, Debug)]
pub(crate) struct AuditListArguments {
    /// How many events to show: 1 to 10000.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_EVENTS)))]
    pub(crate) limit: u32,
    /// Only events of the account of this name.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// How to print them.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: ListRendering,
}

/// How a list is printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum ListRendering {
    /// One JSON object a line.
    Json,
    /// Columns.
    Table,
}
