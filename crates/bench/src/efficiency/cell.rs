//! One cell of the table: a way to issue, from one issuer.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hyper::StatusCode;
use serde::Serialize;
use x509::Certificate;

use super::rows::Rows;
use super::{Parts, Way, parts};
use crate::call::Call;
use crate::client::once;
use crate::echo::Echo;
use crate::failure::Failure;
use crate::generator::{Generator, Mix, Node, Outcome, Pace, Span};
use crate::seed::Ledger;
use crate::site::Site;
use crate::statistics::Summary;
use crate::stock::{Issuer, Stock, Wanted, certificate_id};

/// How many connections there are.
const CONNECTIONS: usize = 64;

/// One cell of the table.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Measured {
    /// From whom.
    pub(super) issuer: Issuer,
    /// How.
    pub(super) way: Way,
    /// Certificates in a second, of the windows.
    pub(super) rate: Summary,
    /// What the processors could do, were there nothing but the parts.
    pub(super) bound: f64,
    /// The rate's median to the bound.
    pub(super) efficiency: f64,
    /// The bound, were signatures not checked.
    pub(super) bound_without_check: f64,
    /// The rate's median to that.
    pub(super) efficiency_without_check: f64,
    /// The processor time of a certificate in the server, microseconds.
    pub(super) server_cpu_us: f64,
    /// And in the load program.
    pub(super) client_cpu_us: f64,
    /// 99 of a hundred took no longer, in milliseconds.
    pub(super) p99_ms: f64,
    /// Each part's processor time, microseconds.
    pub(super) parts: Parts,
    /// Answers that were not as they should be.
    pub(super) errors: u64,
}

/// What the cells share.
pub(super) struct Table<'a> {
    /// The servers.
    pub(super) site: &'a Site,
    /// Their database.
    pub(super) ledger: &'a Ledger,
    /// Where the database's file is, if it is one.
    pub(super) file: &'a Path,
    /// Where files of references are made.
    pub(super) directory: &'a Path,
    /// How many windows there are, and how long each is.
    pub(super) windows: (u32, Duration),
}

impl Table<'_> {
    /// Measures a cell: a window of the load, a part or two, and so on.
    ///
    /// # Errors
    ///
    /// The server or a part fails.
    pub(super) fn cell(&self, issuer: Issuer, way: Way) -> Result<Measured, Failure> {
        let (count, length) = self.windows;
        let wanted = self.wanted(issuer, way);
        let target = self.site.first()?;
        let stock = Arc::new(Stock::create(target, &self.site.token, &wanted)?);
        let example = self.example(&stock, way)?;
        let rows = Rows::of(self.ledger, &example)?;
        let load = Generator {
            nodes: self.site.nodes.clone(),
            stock: stock.clone(),
            mix: wanted.mix.clone(),
            pace: Pace::Closed { connections: CONNECTIONS },
        };
        let place = tempfile::tempdir_in(self.directory).map_err(Failure::file(self.directory))?;
        let echo = Echo::start(place.path(), 58)?;
        let echoed = Generator {
            nodes: vec![Node { api: echo.target.clone(), public: None }],
            stock: stock.clone(),
            mix: wanted.mix.clone(),
            pace: load.pace,
        };
        let span = Span::of(length);
        let mut windows: Vec<Outcome> = Vec::new();
        let mut measured: Vec<Parts> = Vec::new();
        for _ in 0..count {
            windows.push(load.run(span)?);
            let echo = echoed.run(Span::of(length / 2))?;
            let echo = echo.server_cpu_us.zip(echo.client_cpu_us).map(|(one, other)| one + other);
            let echo = echo.ok_or(Failure::Slow("every echo"))?;
            measured.push(self.parts((issuer, way), &stock, &rows, echo)?);
        }
        let median = |of: &dyn Fn(&Outcome) -> f64| {
            let values: Vec<f64> = windows.iter().map(of).collect();
            Summary::of(&values).ok_or(Failure::Slow("every request"))
        };
        let rate = median(&|window| window.rate)?;
        let parts = Parts::medians(&measured)?;
        let all_cores = crate::machine::cores() as f64 * 1e6;
        let bound = all_cores / parts.sum();
        let bound_without_check = all_cores / (parts.sum() - parts.check);
        Ok(Measured {
            issuer,
            way,
            bound,
            efficiency: rate.median / bound,
            bound_without_check,
            efficiency_without_check: rate.median / bound_without_check,
            server_cpu_us: median(&|window| window.server_cpu_us.unwrap_or_default())?.median,
            client_cpu_us: median(&|window| window.client_cpu_us.unwrap_or_default())?.median,
            p99_ms: median(&|window| window.times.p99_ms)?.median,
            rate,
            parts,
            errors: windows.iter().map(|window| window.errors.count).sum(),
        })
    }

    fn wanted(&self, issuer: Issuer, way: Way) -> Wanted {
        let (count, length) = self.windows;
        let seconds = length.as_secs_f64() * 1.2 * f64::from(count);
        // What the load uses; the echo, which is far quicker, uses them again and again.
        #[expect(clippy::cast_possible_truncation, reason = "seconds and rates are small")]
        #[expect(clippy::cast_sign_loss, reason = "seconds are not negative")]
        let csrs = match way {
            Way::Csr => (seconds * issuer.expected_rate()) as usize + 500,
            Way::Key => 1,
        };
        Wanted { mix: Mix::only(way.operation()), issuer, csrs }
    }

    /// Issues one, for its rows.
    fn example(&self, stock: &Stock, way: Way) -> Result<String, Failure> {
        let call = Call::post(way.path(), StatusCode::OK)
            .with_token(&self.site.token)
            .with_bodies(vec![stock.body(way.operation())?]);
        let body = once(self.site.first()?, &call)?.body;
        let id = certificate_id(&body).map(str::to_owned);
        id.ok_or(Failure::Exhausted("certificates"))
    }

    fn parts(
        &self,
        (issuer, way): (Issuer, Way),
        stock: &Stock,
        rows: &Rows,
        echo: f64,
    ) -> Result<Parts, Failure> {
        let length = (self.windows.1 / 12).max(Duration::from_millis(20));
        let bodies = match way {
            Way::Csr => stock.csr_bodies().to_vec(),
            Way::Key => vec![stock.body(way.operation())?],
        };
        let der = rows.ders.first().ok_or(Failure::Exhausted("certificates"))?;
        let certificate = Certificate::from_der(der).map_err(Failure::ours("a certificate"))?;
        let algorithm = certificate.signature_algorithm();
        let algorithm = algorithm.ok_or(Failure::Exhausted("signature algorithms"))?;
        // An SM2 authority issues two certificates, and makes the second one's key in any case.
        let certificates = rows.ders.len() as f64;
        let own_key = match way {
            Way::Csr => parts::csr(&bodies, length)?,
            Way::Key => parts::key(issuer.holders_algorithm(), length)?,
        };
        let second_key = match rows.ders.len() {
            0 | 1 => 0.0,
            _ => parts::key(issuer.holders_algorithm(), length)?,
        };
        let token = &self.site.token;
        let (sign_in, commit) = match self.ledger {
            Ledger::File(_) => (
                super::sign_in::in_a_file(token, self.file, length)?,
                super::commits::in_a_file(rows, self.file, self.directory, length * 4)?,
            ),
            Ledger::Cluster(cluster) => (
                super::sign_in::in_a_cluster(token, cluster, length * 4)?,
                super::commits::in_a_cluster(rows, cluster, length * 4)?,
            ),
        };
        let signature = parts::signature(issuer, algorithm, der, length)?;
        Ok(Parts {
            echo,
            sign_in,
            json: parts::json(&bodies, length)?,
            key: own_key + second_key,
            lint: parts::lint(der, length)? * certificates,
            signature: signature.made * certificates,
            check: signature.checked * certificates,
            commit,
        })
    }
}
