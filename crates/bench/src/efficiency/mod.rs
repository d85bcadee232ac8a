//! How near the server comes to what the machine could do: the rate of issuing, and its bound.
//!
//! The bound is what all processors together could issue if each certificate cost the sum of its parts
//! and nothing besides. Each part is measured by itself, between windows of the load.

mod cell;
mod commits;
mod cpu;
mod parts;
mod rows;
mod sign_in;

use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use crate::commands::{number, row};
use crate::failure::Failure;
use crate::generator::Operation;
use crate::machine::Machine;
use crate::seed::Ledger;
use crate::server::Installation;
use crate::site::{Setup, Site};
use crate::statistics::Summary;
use crate::stock::Issuer;
use cell::{Measured, Table};

/// How a certificate is issued.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    /// By certification request.
    Csr,
    /// With a key that the service makes.
    Key,
}

/// The processor time of each part of an issuance, microseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Parts {
    /// An HTTP exchange of the same lengths over the same TLS, the client's part included.
    echo: f64,
    /// Finding the caller by the token.
    sign_in: f64,
    /// Reading the body, writing the answer.
    json: f64,
    /// Reading and verifying the certification request, or making the key; for an SM2 pair the second
    /// key as well.
    key: f64,
    /// Reading the certificate once and checking its names.
    lint: f64,
    /// Signing it.
    signature: f64,
    /// Checking the signature.
    check: f64,
    /// Its rows and its audit event, 32 issuances to a durable commit.
    commit: f64,
}

/// What was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    machine: Machine,
    database: &'static str,
    windows: u32,
    seconds: f64,
    cells: Vec<Measured>,
}

impl Report {
    /// How many answers were wrong.
    pub(crate) fn errors(&self) -> u64 {
        self.cells.iter().map(|cell| cell.errors).sum()
    }
}

/// Measures all cells on one database.
///
/// # Errors
///
/// The server or a part fails.
pub(crate) fn measure(
    cinnabar: &Path,
    directory: &Path,
    database: Option<&str>,
    (windows, length): (u32, Duration),
) -> Result<Report, Failure> {
    let setup = Setup::on(database, "efficiency")?;
    let installation = Installation::create_with(cinnabar, directory.join("efficiency"), setup)?;
    let site = Site::over(&installation)?;
    let ledger = Ledger::open(&installation)?;
    let file = installation.database();
    let table =
        Table { site: &site, ledger: &ledger, file: &file, directory, windows: (windows, length) };
    let mut cells = Vec::new();
    for issuer in Issuer::ALL {
        for way in [Way::Csr, Way::Key] {
            eprintln!("measuring {} from {issuer} ...", way.words());
            cells.push(table.cell(issuer, way)?);
        }
    }
    site.stop()?;
    let database = if database.is_some() { "PostgreSQL" } else { "SQLite" };
    let seconds = length.as_secs_f64();
    Ok(Report { machine: Machine::this(), database, windows, seconds, cells })
}

impl Way {
    fn operation(self) -> Operation {
        match self {
            Self::Csr => Operation::Issue,
            Self::Key => Operation::IssueKey,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Csr => "/v1/private-certificates/csr",
            Self::Key => "/v1/private-certificates",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Csr => "by CSR",
            Self::Key => "with a key made here",
        }
    }
}

impl Parts {
    /// All of them.
    fn sum(&self) -> f64 {
        self.each().into_iter().map(|(_, time)| time).sum()
    }

    fn each(&self) -> [(&'static str, f64); 8] {
        [
            ("echo", self.echo),
            ("sign-in", self.sign_in),
            ("JSON", self.json),
            ("CSR/key", self.key),
            ("lint", self.lint),
            ("signature", self.signature),
            ("check", self.check),
            ("commit", self.commit),
        ]
    }

    /// The median of each.
    fn medians(all: &[Self]) -> Result<Self, Failure> {
        let median = |of: fn(&Self) -> f64| {
            let values: Vec<f64> = all.iter().map(of).collect();
            Summary::of(&values).map(|s| s.median).ok_or(Failure::Slow("every part"))
        };
        Ok(Self {
            echo: median(|parts| parts.echo)?,
            sign_in: median(|parts| parts.sign_in)?,
            json: median(|parts| parts.json)?,
            key: median(|parts| parts.key)?,
            lint: median(|parts| parts.lint)?,
            signature: median(|parts| parts.signature)?,
            check: median(|parts| parts.check)?,
            commit: median(|parts| parts.commit)?,
        })
    }
}

/// The table that a person reads.
pub(crate) fn render(report: &Report) -> String {
    let mut text = format!(
        "{}\n{}, {} windows of {} s, 64 connections; parts from between the windows\n\n",
        report.machine, report.database, report.windows, report.seconds
    );
    let columns =
        ["rate /s", "bound /s", "efficiency", "w/o check", "p99 ms", "server us", "client us"];
    text += &row("issue", &columns);
    for cell in &report.cells {
        let efficiency = format!("{:.0} %", cell.efficiency * 100.0);
        let verdict = if cell.efficiency >= 0.6 { efficiency } else { efficiency + " MISSED" };
        let without = format!("{:.0} %", cell.efficiency_without_check * 100.0);
        let numbers = [cell.rate.median, cell.bound].map(number);
        let costs = [cell.p99_ms, cell.server_cpu_us, cell.client_cpu_us].map(number);
        let [rate, bound] = numbers.each_ref().map(String::as_str);
        let [p99, server, client] = costs.each_ref().map(String::as_str);
        text += &row(&title(cell), &[rate, bound, &verdict, &without, p99, server, client]);
    }
    text += "\nprocessor time of the parts, microseconds\n";
    if let Some(first) = report.cells.first() {
        let names = first.parts.each().map(|(name, _)| name);
        text += &row("", &[names.as_slice(), &["sum"]].concat());
    }
    for cell in &report.cells {
        let mut times: Vec<String> =
            cell.parts.each().into_iter().map(|(_, time)| number(time)).collect();
        times.push(number(cell.parts.sum()));
        text += &row(&title(cell), &times.iter().map(String::as_str).collect::<Vec<_>>());
    }
    text + "\nbound: the processors' number by the sum of the parts; efficiency: rate by bound, aim 60 %\n\
            w/o check: of bound without the check; no certificate leaves unchecked, so no aim is judged by it\n"
}

fn title(cell: &Measured) -> String {
    format!("{} from {}", cell.way.words(), cell.issuer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(echo: f64) -> Parts {
        Parts {
            echo,
            sign_in: 5.0,
            json: 2.0,
            key: 60.0,
            lint: 3.0,
            signature: 15.0,
            check: 5.0,
            commit: 10.0,
        }
    }

    #[test]
    fn each_part_has_its_own_median() {
        let medians = Parts::medians(&[parts(30.0), parts(100.0), parts(40.0)]).unwrap();

        assert_eq!((medians.echo, medians.sum()), (40.0, 140.0));
    }
}
