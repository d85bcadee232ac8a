//! `cinnabar-bench efficiency`: issuing beside what the machine could do.

use std::path::Path;
use std::time::Duration;

use clap::Args;

use super::Results;
use crate::efficiency::{measure, render};
use crate::failure::Failure;

/// How it is measured.
#[derive(Args, Clone, Debug)]
pub(crate) struct EfficiencyArguments {
    /// How long each window of each cell is, in seconds.
    #[arg(long, value_name = "S", default_value_t = 3.0)]
    pub(crate) window_seconds: f64,
    /// How many windows a cell has.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=99))]
    pub(crate) cell_windows: u32,
    /// A PostgreSQL, in which a database is made and removed again; without it the server has its file.
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    #[command(flatten)]
    pub(crate) results: Results,
}

/// Measures, prints and writes. How many answers were wrong.
///
/// # Errors
///
/// The server or a part fails.
pub(crate) fn run(
    arguments: &EfficiencyArguments,
    cinnabar: &Path,
    directory: &Path,
) -> Result<u64, Failure> {
    let length = Duration::from_secs_f64(arguments.window_seconds.clamp(0.1, 600.0));
    let windows = (arguments.cell_windows, length);
    let report = measure(cinnabar, directory, arguments.database.as_deref(), windows)?;
    print!("{}", render(&report));
    arguments.results.keep(&report)?;
    Ok(report.errors())
}
