//! `cinnabar-bench capacity`: how much a server bears.

use std::path::Path;
use std::time::Duration;

use clap::Args;

use super::Results;
use crate::capacity::{Plan, measure, render};
use crate::failure::Failure;

/// How it is measured.
#[derive(Args, Clone, Debug)]
pub(crate) struct CapacityArguments {
    /// How long each window is, in seconds.
    #[arg(long, value_name = "S", default_value_t = 5.0)]
    pub(crate) window_seconds: f64,
    /// How many windows a figure has.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=99))]
    pub(crate) pairs: u32,
    /// A PostgreSQL, in which databases are made and removed again; with it three servers are measured
    /// as well.
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    #[command(flatten)]
    pub(crate) results: Results,
}

/// Measures, prints and writes. How many answers were wrong.
///
/// # Errors
///
/// A server does not start or answers nobody.
pub(crate) fn run(
    arguments: &CapacityArguments,
    cinnabar: &Path,
    directory: &Path,
) -> Result<u64, Failure> {
    let length = Duration::from_secs_f64(arguments.window_seconds.clamp(0.1, 600.0));
    let database = arguments.database.as_deref();
    let windows = (arguments.pairs, length);
    let report = measure(&Plan { cinnabar, directory, database, windows })?;
    print!("{}", render(&report));
    arguments.results.keep(&report)?;
    Ok(report.errors())
}
