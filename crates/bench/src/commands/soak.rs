//! `cinnabar-bench soak`: a part of the capacity for a long time.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::load::{charts, table};
use super::{Results, Row, number, references, row};
use crate::failure::Failure;
use crate::generator::{Generator, Mix, Outcome, Pace, Slice, Span};
use crate::machine::Machine;
use crate::plot;
use crate::site::{Setup, Site};
use crate::stock::{Issuer, Stock, Wanted};

/// How long the capacity is measured.
const CAPACITY: Duration = Duration::from_secs(10);
/// How long a slice is.
const SLICE: Duration = Duration::from_secs(10);

/// How long, and how much.
#[derive(Args, Clone, Debug)]
pub(crate) struct SoakArguments {
    /// How long, in minutes.
    #[arg(long, value_name = "M", default_value_t = 30.0)]
    pub(crate) minutes: f64,
    /// How many hundredths of what a closed loop of 64 connections reaches.
    #[arg(long, value_name = "P", default_value_t = 70, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) share: u32,
    /// Operations and their weights.
    #[arg(
        long,
        value_name = "MIX",
        default_value = "issue=5,issue-key=1,show=4,list=1,revoke=1,export=1,ocsp=4"
    )]
    pub(crate) mix: Mix,
    /// A PostgreSQL, in which a database is made and removed again.
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    #[command(flatten)]
    pub(crate) results: Results,
}

/// What came of it.
#[derive(Debug, Serialize)]
struct Report {
    machine: Machine,
    mix: String,
    capacity: f64,
    share: u32,
    outcome: Outcome,
    memory_growth: f64,
    latency_growth: f64,
    references: Vec<Row>,
}

/// Measures the capacity, then soaks, prints and writes. How many answers were wrong.
///
/// # Errors
///
/// The server does not start or answers nobody.
pub(crate) fn run(
    arguments: &SoakArguments,
    cinnabar: &Path,
    directory: &Path,
) -> Result<u64, Failure> {
    let setup = Setup::on(arguments.database.as_deref(), "soak")?;
    let site = Site::create(cinnabar, directory.join("soak"), setup)?;
    let mix = arguments.mix.clone();
    #[expect(clippy::cast_possible_truncation, reason = "what is too large for it is cut anyway")]
    #[expect(clippy::cast_sign_loss, reason = "neither factor is negative")]
    let csrs = (arguments.minutes.max(0.2) * 60.0 * Issuer::P256.expected_rate()) as usize;
    let wanted = Wanted { mix: mix.clone(), issuer: Issuer::P256, csrs };
    let stock = Arc::new(Stock::create(site.first()?, &site.token, &wanted)?);
    let pace = Pace::Closed { connections: 64 };
    let length = Duration::from_secs_f64(arguments.minutes.clamp(0.01, 10_000.0) * 60.0);
    let mut load = Generator { nodes: site.nodes.clone(), stock, mix, pace };
    let capacity = load.run(Span::of(CAPACITY.min(length)))?.rate;
    let rate = capacity * f64::from(arguments.share) / 100.0;
    load.pace = Pace::Open { rate, connections: 256, outstanding: 16_384 };
    eprintln!("{} /s for {} minutes ...", number(rate), number(arguments.minutes));
    let slice = SLICE.min(length / 6);
    let outcome = load.run(Span { warm_up: length / 60, length, slice })?;
    site.stop()?;
    let report = Report {
        machine: Machine::this(),
        mix: arguments.mix.to_string(),
        capacity,
        share: arguments.share,
        memory_growth: growth(&outcome.slices, |slice| slice.memory_mb),
        latency_growth: growth(&outcome.slices, |slice| slice.p99_ms),
        outcome,
        references: references(directory)?,
    };
    print!("{}", render(&report));
    arguments.results.keep(&report)?;
    if let Some(file) = &arguments.results.svg {
        plot::write(file, &charts(&report.outcome, &report.mix))?;
    }
    Ok(report.outcome.errors.count)
}

/// The mean of the last third to that of the second one: the first is the time of warming up.
fn growth(slices: &[Slice], of: fn(&Slice) -> f64) -> f64 {
    let third = slices.len() / 3;
    let mean = |slices: &[Slice]| slices.iter().map(of).sum::<f64>() / slices.len().max(1) as f64;
    let middle = slices.get(third..2 * third).map_or(0.0, mean);
    let last = slices.get(2 * third..).map_or(0.0, mean);
    if middle > 0.0 { last / middle } else { 0.0 }
}

fn render(report: &Report) -> String {
    let mut text = format!(
        "{}\n{} for {} s at {} % of {} /s\n\n",
        report.machine,
        report.mix,
        number(report.outcome.seconds),
        report.share,
        number(report.capacity)
    );
    text += &table(&report.outcome);
    for (title, ratio) in [("memory", report.memory_growth), ("p99", report.latency_growth)] {
        text += &row(&format!("{title}: last third to second"), &[&number(ratio)]);
    }
    for Row { title, rate } in &report.references {
        text += &row(title, &[&format!("{} /s", number(*rate))]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_compares_the_last_third_with_the_one_before() {
        let slice = |memory_mb| Slice { at: 0.0, rate: 0.0, p50_ms: 0.0, p99_ms: 0.0, memory_mb };
        let slices: Vec<_> = [9.0, 9.0, 1.0, 3.0, 4.0, 4.0].map(slice).into();

        assert!((growth(&slices, |slice| slice.memory_mb) - 2.0).abs() < 1e-9);
        assert!(growth(&[], |slice| slice.memory_mb).abs() < 1e-9);
    }
}
