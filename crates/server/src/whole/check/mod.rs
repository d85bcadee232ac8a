//! `cinnabar check`: looks at everything that is stored, in a fixed order, and tells what is wrong.

mod keys;
mod report;
mod signed;
mod state;
mod workers;

use std::path::PathBuf;
use std::process::ExitCode;

use ledger::system::SystemClock;
use ledger::{Clock, Timestamp};
use store::SealedColumn;
use store::contents::{Snapshot, Table};
use store::inspection::{self, Claim};

use self::keys::{MasterKeys, SealedRows};
use self::report::Report;
use self::signed::{Crls, IssuerKeys};
use self::state::{Part, State};
use super::{Shown, apart, failed, place_of};
use crate::cli::CheckArguments;
use crate::configuration::Decided;
use crate::directory::DataDirectory;
use crate::failure::Failure;
use crate::master_key::Source;

/// How many rows are looked at between two notes how far the check is.
const PAGE: u32 = 2000;
/// How many CRLs are: one can have many megabytes.
const CRLS: u32 = 1;
/// Something is wrong.
const FAULTY: u8 = 1;
/// It could not be looked at.
const UNKNOWN: u8 = 2;

/// Checks everything; the exit code is what was found.
pub(crate) async fn check(
    arguments: CheckArguments,
    decided: &Decided,
) -> Result<ExitCode, Failure> {
    match looked(arguments, decided).await {
        Ok(0) => Ok(ExitCode::SUCCESS),
        Ok(_) => Ok(ExitCode::from(FAULTY)),
        Err(failure) => {
            use std::io::Write;
            let mut stderr = std::io::stderr().lock();
            let _ = writeln!(stderr, "error: {failure}\nhint: {}", failure.hint());
            Ok(ExitCode::from(UNKNOWN))
        }
    }
}

/// Looks; how many faults there are.
async fn looked(arguments: CheckArguments, decided: &Decided) -> Result<u64, Failure> {
    let directory = DataDirectory::existing(&decided.data_dir)?;
    let path = arguments.state_file.unwrap_or_else(|| directory.path().join("check.state"));
    let place = place_of(&decided.database, directory.path());
    let master_keys = MasterKeys::of(Source::of(decided, &directory), directory.path());
    apart(move || {
        let snapshot = Snapshot::take(&place).map_err(failed)?;
        let origin = snapshot.origin().map_err(failed)?;
        let beginning = State::beginning(origin, Snapshot::step(), SystemClock.now());
        let read = if arguments.resume { State::read(&path, &beginning)? } else { None };
        let resumed = read.as_ref().map(State::since);
        let state = read.unwrap_or(beginning);
        let check = Check {
            master_keys,
            path,
            report: Report::going_on(state.faults, arguments.most),
            state,
            resumed,
            shown: Shown::new(),
        };
        check.run(&snapshot)
    })
    .await
}

/// A check under way.
struct Check {
    master_keys: MasterKeys,
    path: PathBuf,
    state: State,
    /// When it began that goes on now.
    resumed: Option<Timestamp>,
    report: Report,
    shown: Shown,
}

impl Check {
    fn run(mut self, snapshot: &Snapshot) -> Result<u64, Failure> {
        self.claims(snapshot)?;
        self.authorities(snapshot)?;
        self.certificates(snapshot)?;
        self.responders(snapshot)?;
        for column in SealedColumn::ALL {
            self.sealed(snapshot, *column)?;
        }
        self.crls(snapshot)?;
        self.shown.end();
        self.report.end(self.state.looked, self.resumed)?;
        State::forget(&self.path)?;
        Ok(self.report.faults())
    }

    /// Asks the database.
    fn claims(&mut self, snapshot: &Snapshot) -> Result<(), Failure> {
        let claims: Vec<Claim> = inspection::claims();
        let all = u64::try_from(claims.len()).unwrap_or(0);
        let Some(after) = self.state.reached(Part::Claims) else { return Ok(()) };
        let first: u64 = after.parse().unwrap_or(0);
        for (number, claim) in (0..).zip(&claims).filter(|(number, _)| *number >= first) {
            self.shown.at("Asking the database", number, all);
            snapshot.renew().map_err(failed)?;
            let most = self.report.left() + 1;
            for id in snapshot.contradictions(claim, most).map_err(failed)? {
                self.report.fault(claim.table, &id, claim.fault)?;
            }
            self.noted(Part::Claims, &(number + 1).to_string(), 0)?;
        }
        Ok(())
    }

    fn authorities(&mut self, snapshot: &Snapshot) -> Result<(), Failure> {
        let all = count(snapshot, "certificates")?;
        let Some(mut after) = self.state.reached(Part::Authorities) else { return Ok(()) };
        let mut done = 0;
        loop {
            snapshot.renew().map_err(failed)?;
            let page = snapshot.authorities(&after, PAGE).map_err(failed)?;
            let Some(last) = page.last() else { return Ok(()) };
            last.id.clone_into(&mut after);
            let faults = workers::each(&page, signed::of_authority)?;
            self.report.all("certificates", faults)?;
            done += page.len() as u64;
            self.shown.at("Authorities' certificates", done, all);
            self.noted(Part::Authorities, &after, page.len())?;
        }
    }

    fn certificates(&mut self, snapshot: &Snapshot) -> Result<(), Failure> {
        let all = count(snapshot, "private_certificates")?;
        let Some(mut after) = self.state.reached(Part::Certificates) else { return Ok(()) };
        let mut issuers = IssuerKeys::default();
        let mut done = 0;
        loop {
            snapshot.renew().map_err(failed)?;
            let page = snapshot.certificates(&after, PAGE).map_err(failed)?;
            let Some(last) = page.last() else { return Ok(()) };
            last.id.clone_into(&mut after);
            issuers.learn(snapshot, page.iter().map(|certificate| &certificate.issuer))?;
            let faults =
                workers::each(&page, |certificate| signed::of_certificate(certificate, &issuers))?;
            self.report.all("private_certificates", faults)?;
            done += page.len() as u64;
            self.shown.at("Certificates", done, all);
            self.noted(Part::Certificates, &after, page.len())?;
        }
    }

    fn responders(&mut self, snapshot: &Snapshot) -> Result<(), Failure> {
        let all = count(snapshot, "responders")?;
        let Some(mut after) = self.state.reached(Part::Responders) else { return Ok(()) };
        let mut issuers = IssuerKeys::default();
        let mut done = 0;
        loop {
            snapshot.renew().map_err(failed)?;
            let page = snapshot.responders(&after, PAGE).map_err(failed)?;
            let Some(last) = page.last() else { return Ok(()) };
            last.authority.clone_into(&mut after);
            issuers.learn(snapshot, page.iter().map(|responder| &responder.authority))?;
            let faults =
                workers::each(&page, |responder| signed::of_responder(responder, &issuers))?;
            self.report.all("responders", faults)?;
            done += page.len() as u64;
            self.shown.at("Responders' certificates", done, all);
            self.noted(Part::Responders, &after, page.len())?;
        }
    }

    fn sealed(&mut self, snapshot: &Snapshot, column: SealedColumn) -> Result<(), Failure> {
        let all = count(snapshot, column.table())?;
        let part = Part::of(column);
        let Some(mut after) = self.state.reached(part) else { return Ok(()) };
        let mut done = 0;
        loop {
            let rows = SealedRows::read(snapshot, (column, &after, PAGE), &mut self.master_keys)?;
            let Some(last) = rows.last() else { return Ok(()) };
            last.clone_into(&mut after);
            let faults = workers::each(&rows.rows, |row| rows.fault(row))?;
            self.report.all(column.table(), faults)?;
            done += rows.rows.len() as u64;
            self.shown.at("Keys and secrets", done, all);
            self.noted(part, &after, rows.rows.len())?;
        }
    }

    fn crls(&mut self, snapshot: &Snapshot) -> Result<(), Failure> {
        let all = count(snapshot, "crl_heads")?;
        let Some(mut after) = self.state.reached(Part::Crls) else { return Ok(()) };
        let mut done = 0;
        loop {
            // Of one state: the next list takes the place of this one and of its octets.
            snapshot.renew().map_err(failed)?;
            let page = snapshot.crls(&after, CRLS).map_err(failed)?;
            let Some(last) = page.last() else { return Ok(()) };
            last.list.clone_into(&mut after);
            let crls = Crls::read(snapshot, &page)?;
            self.report.all("crl_heads", crls.faults())?;
            done += page.len() as u64;
            self.shown.at("CRLs", done, all);
            self.noted(Part::Crls, &after, page.len())?;
        }
    }

    fn noted(&mut self, part: Part, after: &str, rows: usize) -> Result<(), Failure> {
        self.state.reach(part, after, rows, self.report.faults());
        self.state.keep(&self.path)
    }
}

fn count(snapshot: &Snapshot, table: &str) -> Result<u64, Failure> {
    let table = Table::named(table).map(|table| snapshot.count(table));
    table.transpose().map(Option::unwrap_or_default).map_err(failed)
}
