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
use store::contents::{ContentsError, Snapshot, Table};
use store::inspection::{self, Claim, Page, Unreadable};

use self::keys::MasterKeys;
use self::report::{Fault, Looks, Report};
use self::signed::IssuerKeys;
use self::state::{Part, State};
use super::{Shown, apart, failed, place_of};
use crate::cli::CheckArguments;
use crate::configuration::Decided;
use crate::directory::DataDirectory;
use crate::failure::Failure;
use crate::master_key::Source;

/// A table as a whole, in the place of a row's identifier.
const WHOLE: &str = "as a whole";
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
            path,
            report: Report::going_on(state.faults, arguments.most),
            state,
            resumed,
            shown: Shown::new(),
        };
        check.run(&snapshot, master_keys)
    })
    .await
}

/// A check under way.
struct Check {
    path: PathBuf,
    state: State,
    /// When it began that goes on now.
    resumed: Option<Timestamp>,
    report: Report,
    shown: Shown,
}

/// Some rows that were looked at.
struct Looked {
    rows: usize,
    faults: Vec<Fault>,
    reached: String,
    is_last: bool,
}

impl Looked {
    /// The rows of a page, in which these faults were found.
    fn at<T>(page: Page<T>, mut faults: Vec<Fault>) -> Self {
        let rows = page.rows.len() + page.unreadable.len();
        faults.extend(page.unreadable.into_iter().map(|Unreadable { key, why }| Fault {
            id: key,
            what: format!("cannot be read: {why}"),
        }));
        Self { rows, faults, reached: page.reached, is_last: page.is_last }
    }
}

/// Why rows were not looked at.
enum Unlooked {
    /// They are on a part of the disk that is damaged.
    Damaged(ContentsError),
    /// Nothing can be looked at.
    Failed(Failure),
}

impl From<ContentsError> for Unlooked {
    fn from(error: ContentsError) -> Self {
        if error.is_damage() { Self::Damaged(error) } else { Self::Failed(failed(error)) }
    }
}

impl From<Failure> for Unlooked {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Check {
    fn run(mut self, snapshot: &Snapshot, mut master_keys: MasterKeys) -> Result<u64, Failure> {
        let file = self.tables(snapshot)?;
        self.claims(snapshot)?;
        self.authorities(snapshot)?;
        self.certificates(snapshot)?;
        self.responders(snapshot)?;
        for column in SealedColumn::ALL {
            self.sealed(snapshot, *column, &mut master_keys)?;
        }
        self.crls(snapshot)?;
        self.shown.end();
        self.report.end(self.state.looked, file, self.resumed)?;
        State::forget(&self.path)?;
        Ok(self.report.faults())
    }

    /// Lets SQLite compare its tables with their indexes, which everything after it rests on.
    fn tables(&mut self, snapshot: &Snapshot) -> Result<Looks, Failure> {
        let tables = match snapshot.file_tables() {
            Err(error) if error.is_damage() => {
                self.report.fault("sqlite_schema", WHOLE, &error_text(&error))?;
                return Ok(Looks::File);
            }
            tables => tables.map_err(failed)?,
        };
        let looks = if tables.is_empty() { Looks::Rows } else { Looks::File };
        let all = u64::try_from(tables.len()).unwrap_or(0);
        let Some(after) = self.state.reached(Part::Tables) else { return Ok(looks) };
        let first: u64 = after.parse().unwrap_or(0);
        for (number, table) in (0..).zip(&tables).filter(|(number, _)| *number >= first) {
            self.shown.at(&format!("Tables and indexes: {table}"), number, all);
            snapshot.renew().map_err(failed)?;
            match snapshot.breakage(table) {
                Ok(lines) => {
                    for line in lines {
                        self.report.fault(table, WHOLE, &line)?;
                    }
                }
                Err(error) if error.is_damage() => {
                    self.report.fault(table, WHOLE, &error_text(&error))?;
                }
                Err(error) => return Err(failed(error)),
            }
            self.noted(Part::Tables, &(number + 1).to_string(), 0)?;
        }
        Ok(looks)
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
            match snapshot.contradictions(claim, most) {
                Ok(found) => {
                    for id in found {
                        self.report.fault(claim.table, &id, claim.fault)?;
                    }
                }
                Err(error) if error.is_damage() => {
                    let what = format!("it cannot be asked whether one {}", claim.fault);
                    self.report.fault(claim.table, WHOLE, &what)?;
                }
                Err(error) => return Err(failed(error)),
            }
            self.noted(Part::Claims, &(number + 1).to_string(), 0)?;
        }
        Ok(())
    }

    fn authorities(&mut self, snapshot: &Snapshot) -> Result<(), Failure> {
        let what = (Part::Authorities, "certificates", "Authorities' certificates");
        self.walk(snapshot, what, |after| {
            snapshot.renew()?;
            let page = snapshot.authorities(after, PAGE)?;
            let faults = workers::each(&page.rows, signed::of_authority)?;
            Ok(Looked::at(page, faults))
        })
    }

    fn certificates(&mut self, snapshot: &Snapshot) -> Result<(), Failure> {
        let mut issuers = IssuerKeys::default();
        let what = (Part::Certificates, "private_certificates", "Certificates");
        self.walk(snapshot, what, |after| {
            snapshot.renew()?;
            let page = snapshot.certificates(after, PAGE)?;
            issuers.learn(snapshot, page.rows.iter().map(|certificate| &certificate.issuer))?;
            let faults = workers::each(&page.rows, |certificate| {
                signed::of_certificate(certificate, &issuers)
            })?;
            Ok(Looked::at(page, faults))
        })
    }

    fn responders(&mut self, snapshot: &Snapshot) -> Result<(), Failure> {
        let mut issuers = IssuerKeys::default();
        let what = (Part::Responders, "responders", "Responders' certificates");
        self.walk(snapshot, what, |after| {
            snapshot.renew()?;
            let page = snapshot.responders(after, PAGE)?;
            issuers.learn(snapshot, page.rows.iter().map(|responder| &responder.authority))?;
            let faults =
                workers::each(&page.rows, |responder| signed::of_responder(responder, &issuers))?;
            Ok(Looked::at(page, faults))
        })
    }

    fn sealed(
        &mut self,
        snapshot: &Snapshot,
        column: SealedColumn,
        master_keys: &mut MasterKeys,
    ) -> Result<(), Failure> {
        self.walk(snapshot, (Part::of(column), column.table(), "Keys and secrets"), |after| {
            let (vault, page) = keys::sealed(snapshot, (column, after, PAGE), master_keys)?;
            let faults = workers::each(&page.rows, |row| keys::fault(&vault, row))?;
            Ok(Looked::at(page, faults))
        })
    }

    fn crls(&mut self, snapshot: &Snapshot) -> Result<(), Failure> {
        self.walk(snapshot, (Part::Crls, "crl_heads", "CRLs"), |after| {
            // Of one state: the next list takes the place of this one and of its octets.
            snapshot.renew()?;
            let page = snapshot.crls(after, CRLS)?;
            let faults = signed::of_crls(snapshot, &page.rows)?;
            Ok(Looked::at(page, faults))
        })
    }

    /// Walks a table, some rows at a time.
    fn walk(
        &mut self,
        snapshot: &Snapshot,
        (part, table, step): (Part, &str, &str),
        mut look: impl FnMut(&str) -> Result<Looked, Unlooked>,
    ) -> Result<(), Failure> {
        let Some(mut after) = self.state.reached(part) else { return Ok(()) };
        // What a damaged page ends on a server is all that was asked of this state.
        snapshot.renew().map_err(failed)?;
        let all = count(snapshot, table)?;
        let mut done = 0;
        loop {
            let looked = match look(&after) {
                Ok(looked) => looked,
                Err(Unlooked::Failed(failure)) => return Err(failure),
                Err(Unlooked::Damaged(error)) => {
                    let error = error_text(&error);
                    let row = if after.is_empty() { WHOLE } else { &after };
                    let what = format!("no row behind it can be looked at: {error}");
                    self.report.fault(table, row, &what)?;
                    return Ok(());
                }
            };
            self.report.all(table, looked.faults)?;
            after = looked.reached;
            done += looked.rows as u64;
            self.shown.at(step, done, all);
            self.noted(part, &after, looked.rows)?;
            if looked.is_last {
                return Ok(());
            }
        }
    }

    fn noted(&mut self, part: Part, after: &str, rows: usize) -> Result<(), Failure> {
        self.state.reach(part, after, rows, self.report.faults());
        self.state.keep(&self.path)
    }
}

/// How many rows a table has; of one that cannot be counted, none.
fn count(snapshot: &Snapshot, table: &str) -> Result<u64, Failure> {
    let Some(table) = Table::named(table) else { return Ok(0) };
    match snapshot.count(table) {
        Err(error) if error.is_damage() => {
            snapshot.renew().map_err(failed)?;
            Ok(0)
        }
        counted => counted.map_err(failed),
    }
}

/// What is said of damage, with its cause.
fn error_text(error: &ContentsError) -> String {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    cause.unwrap_or_else(|| error.to_string())
}
