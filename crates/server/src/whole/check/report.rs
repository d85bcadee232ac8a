//! What was found, a line for each fault.

use std::io::Write;

use ledger::Timestamp;

use crate::admin::event::rfc3339;
use crate::failure::Failure;

/// A row, and what is wrong with it.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Fault {
    /// Its identifier.
    pub(super) id: String,
    /// What is wrong.
    pub(super) what: String,
}

impl Fault {
    pub(super) fn new(id: &str, what: impl Into<String>) -> Self {
        Self { id: id.to_owned(), what: what.into() }
    }
}

/// What was looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Looks {
    /// Rows, and before them the tables and indexes of the file that has them.
    File,
    /// Rows.
    Rows,
}

/// The faults so far.
pub(super) struct Report {
    faults: u64,
    most: u64,
}

impl Report {
    /// Goes on after so many faults; `most` are shown in all.
    pub(super) fn going_on(faults: u64, most: u64) -> Self {
        Self { faults, most }
    }

    pub(super) fn faults(&self) -> u64 {
        self.faults
    }

    /// How many are still shown.
    pub(super) fn left(&self) -> u64 {
        self.most.saturating_sub(self.faults)
    }

    pub(super) fn fault(&mut self, table: &str, id: &str, what: &str) -> Result<(), Failure> {
        if self.left() > 0 {
            line(&format!("{table} {id}: {what}"))?;
        }
        self.faults += 1;
        Ok(())
    }

    pub(super) fn all(&mut self, table: &str, faults: Vec<Fault>) -> Result<(), Failure> {
        faults.iter().try_for_each(|Fault { id, what }| self.fault(table, id, what))
    }

    /// Says what came of it; of a check that went on, also when it began.
    pub(super) fn end(
        &self,
        looked: u64,
        at: Looks,
        since: Option<Timestamp>,
    ) -> Result<(), Failure> {
        let more = match at {
            Looks::File => ", and at the file's tables and indexes",
            Looks::Rows => "",
        };
        let since = since.map(|since| format!(" since {}", rfc3339(since))).unwrap_or_default();
        match self.faults {
            0 => line(&format!(
                "Nothing is wrong: looked at {looked} certificates, keys and CRLs{more}{since}."
            )),
            faults if faults > self.most => line(&format!(
                "At least {faults} faults{since}; --most shows more than {}.",
                self.most
            )),
            faults => line(&format!("{faults} faults{since}.")),
        }
    }
}

fn line(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{text}").and_then(|()| stdout.flush()).map_err(|cause| Failure::File {
        act: "write to",
        path: "standard output".into(),
        cause,
    })
}
