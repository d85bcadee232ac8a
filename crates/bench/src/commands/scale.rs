//! `cinnabar-bench scale`: what stored certificates cost.

use std::path::Path;
use std::time::Duration;

use clap::Args;

use super::Results;
use crate::failure::Failure;
use crate::plot;
use crate::scale::{Plan, measure, render};
use crate::seed::Signatures;

/// How it is measured.
#[derive(Args, Clone, Debug)]
pub(crate) struct ScaleArguments {
    /// How many certificates are stored, one size after the other; each is compared with next to none.
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "100000,1000000")]
    pub(crate) sizes: Vec<u64>,
    /// How long each window is, in seconds.
    #[arg(long, value_name = "S", default_value_t = 3.0)]
    pub(crate) window_seconds: f64,
    /// How many pairs of windows there are.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=99))]
    pub(crate) pairs: u32,
    /// Sign each of the stored certificates.
    #[arg(long)]
    pub(crate) signed: bool,
    /// A PostgreSQL, in which databases are made and removed again.
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
    arguments: &ScaleArguments,
    cinnabar: &Path,
    directory: &Path,
) -> Result<u64, Failure> {
    let length = Duration::from_secs_f64(arguments.window_seconds.clamp(0.1, 600.0));
    let report = measure(&Plan {
        cinnabar,
        directory,
        database: arguments.database.as_deref(),
        pairs: (arguments.pairs, length),
        sizes: &arguments.sizes,
        signatures: if arguments.signed { Signatures::Own } else { Signatures::Copied },
    })?;
    print!("{}", render(&report));
    arguments.results.keep(&report)?;
    if let Some(file) = &arguments.results.svg {
        plot::write(file, &report.charts())?;
    }
    Ok(report.errors())
}
