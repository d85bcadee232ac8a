//! `cinnabar-bench load`: a mix of operations, as fast as they are answered or at a fixed rate.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::{Results, Row, number, references, row};
use crate::failure::Failure;
use crate::generator::{Generator, Mix, Operation, Outcome, Pace, Slice, Span, Times};
use crate::machine::Machine;
use crate::plot::{self, Axis, Chart, Line};
use crate::site::{Setup, Site};
use crate::stock::{Issuer, Stock, Wanted};

/// What is sent where, how fast and for how long.
#[derive(Args, Clone, Debug)]
pub(crate) struct LoadArguments {
    /// Operations and their weights: issue, issue-key, show, list, revoke, export, ocsp.
    #[arg(long, value_name = "MIX", default_value = "issue=5,show=3,list=1,revoke=1")]
    pub(crate) mix: Mix,
    /// Open loop: so many requests a second, whatever becomes of those before. Latency counts from
    /// the moment at which a request was due. Without it each connection waits for its answer.
    #[arg(long, value_name = "R")]
    pub(crate) rate: Option<f64>,
    /// How many connections; 64, with --rate 256.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) connections: Option<u32>,
    /// With --rate: how many may be due and not answered; more are left out and counted.
    #[arg(long, value_name = "N", default_value_t = 4096, requires = "rate")]
    pub(crate) outstanding: u64,
    /// How long, after a fifth of it to warm up.
    #[arg(long, value_name = "S", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) seconds: u64,
    /// The key of the authority.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) issuer: Issuer,
    /// A server that runs already: its URL. Its certificate has to name this address.
    #[arg(long, value_name = "URL", requires = "credentials", conflicts_with = "database")]
    pub(crate) target: Option<String>,
    /// What `cinnabar init --format json` printed for it.
    #[arg(long, value_name = "FILE", requires = "target")]
    pub(crate) credentials: Option<PathBuf>,
    /// Where relying parties reach it, for OCSP.
    #[arg(long, value_name = "URL", requires = "target")]
    pub(crate) public: Option<String>,
    /// A PostgreSQL for the servers that are started, in which a database is made and removed again;
    /// without it the one server has its file.
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// How many servers on that database.
    #[arg(long, value_name = "N", default_value_t = 1, requires = "database", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) nodes: u16,
    #[command(flatten)]
    pub(crate) results: Results,
}

/// What came of it.
#[derive(Debug, Serialize)]
struct Report {
    machine: Machine,
    mix: String,
    issuer: Issuer,
    pace: Pace,
    servers: usize,
    outcome: Outcome,
    references: Vec<Row>,
}

/// Sends, prints and writes. How many answers were wrong.
///
/// # Errors
///
/// The servers cannot be started or reached.
pub(crate) fn run(
    arguments: &LoadArguments,
    cinnabar: impl FnOnce() -> Result<PathBuf, Failure>,
    directory: &Path,
) -> Result<u64, Failure> {
    let site = match (&arguments.target, &arguments.credentials) {
        (Some(url), Some(file)) => Site::remote(url, file, arguments.public.as_deref())?,
        _ => {
            let more_nodes = usize::from(arguments.nodes) - 1;
            let setup = Setup { more_nodes, ..Setup::on(arguments.database.as_deref(), "load")? };
            Site::create(&cinnabar()?, directory.join("site"), setup)?
        }
    };
    let span = Span::of(Duration::from_secs(arguments.seconds));
    let pace = pace(arguments);
    let issues = Operation::ALL
        .into_iter()
        .any(|o| matches!(o, Operation::Issue | Operation::Revoke) && arguments.mix.includes(o));
    let wanted = Wanted {
        mix: arguments.mix.clone(),
        issuer: arguments.issuer,
        csrs: if issues { in_all(arguments) } else { 1000 },
    };
    let stock = Arc::new(Stock::create(site.first()?, &site.token, &wanted)?);
    let generator =
        Generator { nodes: site.nodes.clone(), stock, mix: arguments.mix.clone(), pace };
    let outcome = generator.run(span)?;
    let servers = site.nodes.len();
    site.stop()?;
    let report = Report {
        machine: Machine::this(),
        mix: arguments.mix.to_string(),
        issuer: arguments.issuer,
        pace,
        servers,
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

fn pace(arguments: &LoadArguments) -> Pace {
    let connections =
        |usual: u32| usize::try_from(arguments.connections.unwrap_or(usual)).unwrap_or(usize::MAX);
    match arguments.rate {
        None => Pace::Closed { connections: connections(64) },
        Some(rate) => Pace::Open {
            rate: rate.max(0.001),
            connections: connections(256),
            outstanding: arguments.outstanding,
        },
    }
}

/// For how many requests there is time.
fn in_all(arguments: &LoadArguments) -> usize {
    let most = arguments.issuer.expected_rate();
    let rate = arguments.rate.map_or(most, |rate| rate.clamp(0.0, most));
    #[expect(clippy::cast_possible_truncation, reason = "what is too large for it is cut anyway")]
    #[expect(clippy::cast_sign_loss, reason = "neither factor is negative")]
    let all = (arguments.seconds as f64 * 1.2 * rate) as usize;
    all.saturating_add(1000)
}

/// Latency, rate and memory over time.
pub(crate) fn charts(outcome: &Outcome, title: &str) -> Vec<Chart> {
    let line = |name: &str, of: fn(&Slice) -> f64| Line {
        name: name.to_owned(),
        points: outcome.slices.iter().map(|slice| (slice.at, of(slice))).collect(),
    };
    let chart = |what: &str, unit, lines| Chart {
        title: format!("{what}: {title}"),
        x: Axis::linear("s"),
        y: Axis::linear(unit),
        lines,
    };
    vec![
        chart("latency", "ms", vec![line("p50", |s| s.p50_ms), line("p99", |s| s.p99_ms)]),
        chart("answers", "/s", vec![line("good answers", |s| s.rate)]),
        chart("memory", "MB", vec![line("servers", |s| s.memory_mb)]),
    ]
}

fn render(report: &Report) -> String {
    let outcome = &report.outcome;
    let mut text = format!(
        "{}\n{} for {} s, {}, issuer {}, {} server(s)\n\n",
        report.machine,
        report.mix,
        outcome.seconds,
        told(report.pace),
        report.issuer,
        report.servers
    );
    text += &table(outcome);
    text.push('\n');
    for Row { title, rate } in &report.references {
        let ratio = format!("{} %", number(outcome.rate / rate * 100.0));
        text += &row(title, &[&number(*rate), &ratio]);
    }
    text + "\nthe references: how often in a second, and the load's rate in relation to that\n"
}

/// Each operation's rate and latency, and what it cost.
pub(crate) fn table(outcome: &Outcome) -> String {
    let mut text = row("operation", &["/s", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "refused/s"]);
    let mut line = |title: &str, rate, times: Times, refused| {
        let cells = [rate, times.p50_ms, times.p90_ms, times.p99_ms, times.p999_ms, refused];
        let cells = cells.map(number);
        text += &row(title, &cells.each_ref().map(String::as_str));
    };
    for one in &outcome.operations {
        line(one.operation.word(), one.rate, one.times, one.refused_rate);
    }
    if outcome.operations.len() != 1 {
        line("all", outcome.rate, outcome.times, outcome.refused_rate);
    }
    let cost = |cpu: Option<f64>| cpu.map_or("unknown".to_owned(), |cpu| number(cpu) + " us");
    text += &format!(
        "processor time for each answer: servers {}, load program {}; memory of the servers {}\n",
        cost(outcome.server_cpu_us),
        cost(outcome.client_cpu_us),
        outcome.memory_mb.map_or("unknown".to_owned(), |mb| number(mb) + " MB"),
    );
    if outcome.dropped > 0 {
        text += &format!("left out because too many were not answered: {}\n", outcome.dropped);
    }
    if let Some(first) = &outcome.errors.first {
        text += &format!("wrong answers: {}, the first: {first}\n", outcome.errors.count);
    }
    text
}

fn told(pace: Pace) -> String {
    match pace {
        Pace::Closed { connections } => format!("closed loop of {connections} connections"),
        Pace::Open { rate, connections, .. } => {
            format!("open loop of {} /s over {connections} connections", number(rate))
        }
    }
}
