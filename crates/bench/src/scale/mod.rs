//! What stored certificates cost: one server without any beside one with very many.

mod compared;
mod lists;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::commands::{Row, number, references, row};
use crate::failure::Failure;
use crate::generator::{Generator, Mix, Operation, Outcome, Pace, Span};
use crate::machine::Machine;
use crate::plot::{Axis, Chart, Line};
use crate::seed::{Seeded, Signatures, fill};
use crate::server::{Installation, Pool, Server, resident_memory};
use crate::site::{Setup, Site};
use crate::statistics::Summary;
use crate::stock::{Issuer, Known, Stock, Wanted, certificate_of};
use compared::{About, COMPARED, Compared};
use lists::Page;

/// How many there are where there are none: as many as are revoked in the windows.
const NEXT_TO_NONE: u64 = 30_000;
/// About how many is asked again and again: their OCSP answers fit into what a server keeps of them.
const FAMILIAR: usize = 20_000;
/// How often a server is started.
const STARTS: usize = 5;
/// How many connections there are.
const CONNECTIONS: usize = 64;

/// Where and how it is measured.
pub(crate) struct Plan<'a> {
    /// The executable.
    pub(crate) cinnabar: &'a Path,
    /// Where files are made.
    pub(crate) directory: &'a Path,
    /// The PostgreSQL, if it is no file.
    pub(crate) database: Option<&'a str>,
    /// How many pairs of windows there are, and how long each window is.
    pub(crate) pairs: (u32, Duration),
    /// How many certificates are stored.
    pub(crate) sizes: &'a [u64],
    /// Whether they verify.
    pub(crate) signatures: Signatures,
}

/// What was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    machine: Machine,
    database: &'static str,
    sizes: Vec<Size>,
    references: Vec<Row>,
}

/// What was measured with so many certificates.
#[derive(Debug, Serialize)]
struct Size {
    stored: u64,
    seeded_in_seconds: f64,
    compared: Vec<Compared>,
    pages: Vec<Page>,
    start_ms: Summary,
    memory_mb: f64,
}

impl Report {
    /// How many answers were wrong.
    pub(crate) fn errors(&self) -> u64 {
        self.sizes.iter().flat_map(|size| &size.compared).map(|compared| compared.errors).sum()
    }

    /// Rate and latency against what is stored.
    pub(crate) fn charts(&self) -> Vec<Chart> {
        let of = |operation: Operation, value: fn(&Compared) -> (f64, f64)| -> Vec<(f64, f64)> {
            let all = |size: &Size| {
                let own = size.compared.iter().find(|compared| {
                    compared.operation == operation && compared.about == About::Familiar
                });
                own.map(|own| (size.stored as f64, value(own)))
            };
            let measured: Vec<_> = self.sizes.iter().filter_map(all).collect();
            // What there is without any is the first point.
            let none = measured.first().map(|(_, (none, _))| (0.0, *none));
            none.into_iter().chain(measured.iter().map(|(x, (_, many))| (*x, *many))).collect()
        };
        let lines = |value: fn(&Compared) -> (f64, f64)| {
            let line = |operation: &Operation| Line {
                name: operation.word().to_owned(),
                points: of(*operation, value),
            };
            let familiar = COMPARED.iter().filter(|(_, about)| *about == About::Familiar);
            familiar.map(|(operation, _)| line(operation)).collect()
        };
        let chart = |title: &str, unit, lines| Chart {
            title: format!("{title}, {}", self.database),
            x: Axis::logarithmic("stored"),
            y: Axis::linear(unit),
            lines,
        };
        vec![
            chart("rate against stored certificates", "/s", lines(|c| (c.rate_none, c.rate_many))),
            chart("the server's processor time", "us", lines(|c| (c.cpu_none_us, c.cpu_many_us))),
        ]
    }
}

/// Measures one size after the other.
///
/// # Errors
///
/// A server does not start or answers nobody, or what is filled in does not fit any more.
pub(crate) fn measure(plan: &Plan<'_>) -> Result<Report, Failure> {
    let mut sizes = Vec::new();
    for (place, stored) in plan.sizes.iter().filter(|stored| **stored > 0).enumerate() {
        sizes.push(plan.size(place, *stored)?);
    }
    Ok(Report {
        machine: Machine::this(),
        database: if plan.database.is_some() { "PostgreSQL" } else { "SQLite" },
        sizes,
        references: references(plan.directory)?,
    })
}

/// A certificate's identifier and serial number.
type Identity = (String, Vec<u8>);

/// A server and what it stores.
struct Filled {
    site: Site,
    familiar: Arc<Stock>,
    strange: Arc<Stock>,
}

impl Plan<'_> {
    fn size(&self, place: usize, stored: u64) -> Result<Size, Failure> {
        let (none, _) = self.filled(&format!("none-{place}"), NEXT_TO_NONE)?;
        let (installation, seeded) = self.installation(&format!("many-{place}"), stored)?;
        eprintln!("{stored} filled in, {:.0} s", seeded.took.as_secs_f64());
        let mut starts = Vec::new();
        for _ in 0..STARTS {
            let server = Server::start(&installation, Pool::Off)?;
            starts.push(server.took.as_secs_f64() * 1e3);
            server.stop()?;
        }
        let many = self.site(&installation, &seeded)?;
        let pages = lists::measure(&none, &many, self.pairs)?;
        let mut all = Vec::new();
        for (operation, about) in COMPARED {
            if about == About::Strange && stored <= NEXT_TO_NONE {
                continue;
            }
            eprintln!("measuring {operation} with {stored} and without ...");
            for filled in [&none, &many] {
                filled.acquaint((operation, about), self.pairs.1)?;
            }
            all.push(Compared::measure((operation, about), (&none, &many), self.pairs)?);
        }
        let process = many.site.first()?.process;
        let memory = resident_memory(process).ok_or(Failure::Slow("reading /proc"))?;
        none.site.stop()?;
        many.site.stop()?;
        Ok(Size {
            stored,
            seeded_in_seconds: seeded.took.as_secs_f64(),
            compared: all,
            pages,
            start_ms: Summary::of(&starts).ok_or(Failure::Slow("every start"))?,
            memory_mb: memory as f64 / 1e6,
        })
    }

    fn filled(&self, name: &str, stored: u64) -> Result<(Filled, Seeded), Failure> {
        let (installation, seeded) = self.installation(name, stored)?;
        let mut filled = self.site(&installation, &seeded)?;
        filled.site.keep(installation);
        Ok((filled, seeded))
    }

    fn installation(&self, name: &str, stored: u64) -> Result<(Installation, Seeded), Failure> {
        let setup = Setup::on(self.database, name)?;
        let place = self.directory.join(name);
        let installation = Installation::create_with(self.cinnabar, place, setup)?;
        let seeded = fill(&installation, stored, self.signatures)?;
        Ok((installation, seeded))
    }

    fn site(&self, installation: &Installation, seeded: &Seeded) -> Result<Filled, Failure> {
        let site = Site::over(installation)?;
        let target = site.first()?;
        let (pairs, length) = self.pairs;
        let seconds = length.as_secs_f64() * 1.2 * f64::from(pairs);
        #[expect(clippy::cast_possible_truncation, reason = "seconds and rates are small")]
        #[expect(clippy::cast_sign_loss, reason = "seconds are not negative")]
        let csrs = (seconds * Issuer::P256.expected_rate()) as usize;
        let wanted = Wanted { mix: Mix::only(Operation::Issue), issuer: Issuer::P256, csrs };
        let issuer = certificate_of(target, &site.token, &seeded.authority)?;
        let spread = spread(&seeded.some);
        let (familiar, strange) = spread.split_at(spread.len().min(FAMILIAR));
        let about = |known: &[Identity], wanted: &Wanted| -> Result<_, Failure> {
            let revocable = spread.iter().map(|(id, _)| id.clone()).collect();
            let stock = Stock::of(&site.token, seeded.authority.clone(), wanted)?;
            Ok(Arc::new(stock.knowing(Known::of(known.to_vec(), &issuer)?, revocable)))
        };
        // Next to none there is nothing else to ask about.
        let strange = if strange.is_empty() { familiar } else { strange };
        let strange = about(strange, &Wanted { csrs: 1, ..wanted.clone() })?;
        let familiar = about(familiar, &wanted)?;
        Ok(Filled { site, familiar, strange })
    }
}

impl Filled {
    /// A window of one operation.
    fn window(
        &self,
        (operation, about): (Operation, About),
        length: Duration,
    ) -> Result<Outcome, Failure> {
        let stock = match about {
            About::Familiar => &self.familiar,
            About::Strange => &self.strange,
        };
        let load = Generator {
            nodes: self.site.nodes.clone(),
            stock: stock.clone(),
            mix: Mix::only(operation),
            pace: Pace::Closed { connections: CONNECTIONS },
        };
        load.run(Span::of(length))
    }

    /// Asks once about all that is to be familiar, where a window asks about what is stored.
    fn acquaint(
        &self,
        (operation, about): (Operation, About),
        length: Duration,
    ) -> Result<(), Failure> {
        if about == About::Strange || !matches!(operation, Operation::Show | Operation::Ocsp) {
            return Ok(());
        }
        let mut asked = 0.0;
        while asked < FAMILIAR as f64 {
            let outcome = self.window((operation, about), length)?;
            if outcome.rate <= 0.0 {
                return Err(Failure::Slow("every certificate"));
            }
            asked += outcome.rate * outcome.seconds;
        }
        Ok(())
    }
}

/// In an order in which neighbours are far from each other, as they are asked about.
fn spread<T: Clone>(all: &[T]) -> Vec<T> {
    // A prime that divides no length there is.
    const STEP: usize = 15_485_863;
    let place = |n: usize| n.wrapping_mul(STEP) % all.len();
    (0..all.len()).filter_map(|n| all.get(place(n)).cloned()).collect()
}

/// The table that a person reads.
pub(crate) fn render(report: &Report) -> String {
    let mut text = format!("{}\n{}\n", report.machine, report.database);
    for size in &report.sizes {
        let stored = number(size.stored as f64);
        text += &format!(
            "\n{stored} certificates, filled in in {} s, beside {}\n",
            number(size.seeded_in_seconds),
            number(NEXT_TO_NONE as f64)
        );
        text += &row("", &["CPU us", "beside", "ratio", "aim", "rate /s", "beside"]);
        for one in &size.compared {
            let ratio = &one.cpu_ratio;
            let verdict = if ratio.median <= 1.25 { "1.25 met" } else { "1.25 MISSED" };
            let numbers =
                [one.cpu_many_us, one.cpu_none_us, ratio.median, one.rate_many, one.rate_none];
            let [many, none, median, rate, beside] = numbers.map(number);
            text += &row(&one.title(), &[&many, &none, &median, verdict, &rate, &beside]);
        }
        text += &row("list page, one client", &["p50 ms", "beside", "ratio", "p99 ms", "aim"]);
        for page in &size.pages {
            let verdict = if page.is_met() { page.aim() + " met" } else { page.aim() + " MISSED" };
            let numbers = [page.p50_ms, page.beside_ms, page.ratio.median, page.p99_ms];
            let [own, beside, ratio, p99] = numbers.map(number);
            text += &row(page.title, &[&own, &beside, &ratio, &p99, &verdict]);
        }
        let verdict = |is_met| if is_met { "met" } else { "MISSED" };
        let start = format!("{} ms", number(size.start_ms.median));
        text += &row("start to ready", &[&start, verdict(size.start_ms.median < 1000.0)]);
        let memory = format!("{} MB", number(size.memory_mb));
        text += &row("memory after the load", &[&memory, verdict(size.memory_mb < 300.0)]);
    }
    text.push('\n');
    for Row { title, rate } in &report.references {
        text += &row(title, &[&format!("{} /s", number(*rate))]);
    }
    text + "\nCPU us: the server's processor time for a request, medians; ratio: of the pairs' windows\n"
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn everything_is_asked_about_once_and_neighbours_are_apart() {
        let all: Vec<usize> = (0..1000).collect();

        let spread = spread(&all);

        assert_eq!(spread.iter().copied().collect::<BTreeSet<_>>().len(), 1000);
        assert!(spread.windows(2).all(|pair| pair[0].abs_diff(pair[1]) > 10));
    }
}
