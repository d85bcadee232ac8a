//! How much a server bears: as fast as it answers, at half of that, at twice that, with a slow disk, and
//! with several servers on one database.

mod slow_disk;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::commands::{Row, number, references, row};
use crate::failure::Failure;
use crate::generator::{Generator, Mix, Operation, Outcome, Pace, Span};
use crate::machine::Machine;
use crate::seed::Cluster;
use crate::site::{Setup, Site};
use crate::statistics::Summary;
use crate::stock::{Issuer, Stock, Wanted};
use slow_disk::SlowCluster;

/// How many connections a closed loop has.
const CONNECTIONS: usize = 64;
/// How many an open loop at twice the capacity has: more than a server lets in at once.
const CROWD: usize = 900;
/// How many may be due and not answered.
const OUTSTANDING: u64 = 16_384;
/// How many servers there are on one database.
const NODES: usize = 3;

/// Where and how long it is measured.
pub(crate) struct Plan<'a> {
    /// The executable.
    pub(crate) cinnabar: &'a Path,
    /// Where files are made.
    pub(crate) directory: &'a Path,
    /// The database, if it is no file.
    pub(crate) database: Option<&'a str>,
    /// How many windows there are, and how long each is.
    pub(crate) windows: (u32, Duration),
}

/// What was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    machine: Machine,
    database: &'static str,
    figures: Vec<Figure>,
    references: Vec<Row>,
    closed: Vec<Outcome>,
    half: Vec<Outcome>,
    double: Vec<Outcome>,
}

/// A figure and its aim.
#[derive(Debug, Serialize)]
struct Figure {
    title: String,
    value: Summary,
    unit: &'static str,
    aim: f64,
    is_met: bool,
    beside: String,
}

impl Report {
    /// How many answers were wrong: refusals are none.
    pub(crate) fn errors(&self) -> u64 {
        let all = [&self.closed, &self.half, &self.double];
        all.into_iter().flatten().map(|outcome| outcome.errors.count).sum()
    }
}

/// Measures.
///
/// # Errors
///
/// A server does not start or answers nobody.
pub(crate) fn measure(plan: &Plan<'_>) -> Result<Report, Failure> {
    let site = plan.site("one", 0, None)?;
    let stock = plan.stock(&site)?;
    let load = |site: &Site, stock: &Arc<Stock>, pace| Generator {
        nodes: site.nodes.clone(),
        stock: stock.clone(),
        mix: Mix::only(Operation::Issue),
        pace,
    };
    let closed_pace = Pace::Closed { connections: CONNECTIONS };
    let mut figures = Vec::new();

    say("as fast as it answers");
    let closed = plan.windows_of(&load(&site, &stock, closed_pace))?;
    let rate = median(&closed, |outcome| outcome.rate)?;
    let cpu = median(&closed, |outcome| outcome.server_cpu_us.unwrap_or_default())?;
    let beside = format!("server {} us each", number(cpu.median));
    figures.push(at_least(
        "issue by P-256 CSR, 64 connections, closed loop",
        (rate, "/s"),
        5000.0,
        beside,
    ));

    say("at half of that rate");
    let open = |rate, connections| Pace::Open { rate, connections, outstanding: OUTSTANDING };
    let half = plan.windows_of(&load(&site, &stock, open(rate.median / 2.0, 256)))?;
    let beside = format!(
        "p50 {} ms, max {} ms",
        number(median(&half, |outcome| outcome.times.p50_ms)?.median),
        number(median(&half, |outcome| outcome.times.max_ms)?.max)
    );
    let p99 = median(&half, |outcome| outcome.times.p99_ms)?;
    figures.push(at_most("p99 at half of that rate, open loop", p99, 20.0, beside));

    say("at twice that rate");
    let double = plan.windows_of(&load(&site, &stock, open(rate.median * 2.0, CROWD)))?;
    let of_double =
        |value: fn(&Outcome) -> f64| median(&double, value).map(|all| number(all.median));
    let beside = format!(
        "{} refused/s in {} ms (p99), {} left out; p99 of the accepted {} ms; server {} us each",
        of_double(|outcome| outcome.refused_rate)?,
        of_double(|outcome| outcome.refusals.p99_ms)?,
        of_double(|outcome| outcome.dropped as f64)?,
        of_double(|outcome| outcome.times.p99_ms)?,
        of_double(|outcome| outcome.server_cpu_us.unwrap_or_default())?,
    );
    let share = median(&double, |outcome| outcome.rate / rate.median * 100.0)?;
    figures.push(at_least("goodput at twice that rate, of it", (share, "%"), 80.0, beside));

    say("with a slow disk");
    figures.push(plan.slow_disk(&site, &stock)?);
    site.stop()?;
    if plan.database.is_some() {
        say("three servers");
        figures.push(plan.nodes()?);
    }
    Ok(Report {
        machine: Machine::this(),
        database: if plan.database.is_some() { "PostgreSQL" } else { "SQLite" },
        figures,
        references: references(plan.directory)?,
        closed,
        half,
        double,
    })
}

impl Plan<'_> {
    fn site(
        &self,
        name: &str,
        more_nodes: usize,
        preload: Option<PathBuf>,
    ) -> Result<Site, Failure> {
        let setup = Setup { more_nodes, preload, ..Setup::on(self.database, name)? };
        Site::create(self.cinnabar, self.directory.join(name), setup)
    }

    fn stock(&self, site: &Site) -> Result<Arc<Stock>, Failure> {
        let (count, length) = self.windows;
        let seconds = length.as_secs_f64() * 1.2 * f64::from(count * 4);
        #[expect(clippy::cast_possible_truncation, reason = "seconds and rates are small")]
        #[expect(clippy::cast_sign_loss, reason = "seconds are not negative")]
        let csrs = (seconds * Issuer::P256.expected_rate()) as usize;
        let wanted = Wanted { mix: Mix::only(Operation::Issue), issuer: Issuer::P256, csrs };
        Ok(Arc::new(Stock::create(site.first()?, &site.token, &wanted)?))
    }

    fn windows_of(&self, load: &Generator) -> Result<Vec<Outcome>, Failure> {
        let (count, length) = self.windows;
        (0..count).map(|_| load.run(Span::of(length))).collect()
    }

    /// Pairs of windows, with a disk as it is and with a slow one.
    fn slow_disk(&self, site: &Site, stock: &Arc<Stock>) -> Result<Figure, Failure> {
        let closed = |site: &Site, stock: &Arc<Stock>| Generator {
            nodes: site.nodes.clone(),
            stock: stock.clone(),
            mix: Mix::only(Operation::Issue),
            pace: Pace::Closed { connections: CONNECTIONS },
        };
        let (count, length) = self.windows;
        let span = Span::of(length);
        let mut shares = Vec::new();
        match self.database {
            None => {
                let library = slow_disk::library(self.directory)?;
                let slow = self.site("slow", 0, Some(library))?;
                let stock_of_slow = self.stock(&slow)?;
                for _ in 0..count {
                    let quick = closed(site, stock).run(span)?;
                    let slowed = closed(&slow, &stock_of_slow).run(span)?;
                    shares.push(slowed.rate / quick.rate * 100.0);
                }
                slow.stop()?;
            }
            Some(url) => {
                let cluster = Cluster::open(url)?;
                for _ in 0..count {
                    let quick = closed(site, stock).run(span)?;
                    let slow = SlowCluster::begin(&cluster)?;
                    let slowed = closed(site, stock).run(span)?;
                    drop(slow);
                    shares.push(slowed.rate / quick.rate * 100.0);
                }
            }
        }
        let share = Summary::of(&shares).ok_or(Failure::Slow("every window"))?;
        let title = "1 ms waited before each commit, of the rate without";
        Ok(at_least(title, (share, "%"), 60.0, String::new()))
    }

    /// Pairs of windows, all connections to one server and spread over three.
    fn nodes(&self) -> Result<Figure, Failure> {
        let site = self.site("nodes", NODES - 1, None)?;
        let stock = self.stock(&site)?;
        let (count, length) = self.windows;
        let mut load = Generator {
            nodes: site.nodes.clone(),
            stock,
            mix: Mix::only(Operation::Issue),
            pace: Pace::Closed { connections: CONNECTIONS },
        };
        let (mut shares, mut rates) = (Vec::new(), Vec::new());
        for _ in 0..count {
            load.nodes = site.nodes.iter().take(1).cloned().collect();
            let alone = load.run(Span::of(length))?;
            load.nodes.clone_from(&site.nodes);
            let all = load.run(Span::of(length))?;
            shares.push(all.rate / alone.rate * 100.0);
            rates.push(all.rate);
        }
        site.stop()?;
        let share = Summary::of(&shares).ok_or(Failure::Slow("every window"))?;
        let rate = Summary::of(&rates).map(|rate| rate.median).unwrap_or_default();
        let beside = format!("{} /s", number(rate));
        Ok(at_least("three servers, of the rate of one", (share, "%"), 100.0, beside))
    }
}

fn median(outcomes: &[Outcome], of: impl Fn(&Outcome) -> f64) -> Result<Summary, Failure> {
    let values: Vec<f64> = outcomes.iter().map(of).collect();
    Summary::of(&values).ok_or(Failure::Slow("every window"))
}

fn at_least(
    title: &str,
    (value, unit): (Summary, &'static str),
    aim: f64,
    beside: String,
) -> Figure {
    let is_met = value.median >= aim;
    Figure { title: title.to_owned(), value, unit, aim, is_met, beside }
}

fn at_most(title: &str, value: Summary, aim: f64, beside: String) -> Figure {
    let is_met = value.median <= aim;
    Figure { title: title.to_owned(), value, unit: "ms", aim, is_met, beside }
}

fn say(what: &str) {
    eprintln!("measuring {what} ...");
}

/// The table that a person reads.
pub(crate) fn render(report: &Report) -> String {
    let mut text = format!("{}\n{}\n\n", report.machine, report.database);
    text += &row("figure", &["median", "least", "greatest", "aim", ""]);
    for figure in &report.figures {
        let amount = |value| format!("{} {}", number(value), figure.unit);
        let [median, least, greatest, aim] =
            [figure.value.median, figure.value.min, figure.value.max, figure.aim].map(amount);
        let verdict = if figure.is_met { "met" } else { "MISSED" };
        text += &row(&figure.title, &[&median, &least, &greatest, &aim, verdict]);
        if !figure.beside.is_empty() {
            text += &format!("  {}\n", figure.beside);
        }
    }
    for Row { title, rate } in &report.references {
        text += &row(title, &[&format!("{} /s", number(*rate))]);
    }
    text
}
