//! A batch: change sets checked and written one after the other inside one transaction.
//!
//! Each is checked first and written inside a savepoint, so that one that is refused leaves no trace
//! and does not take its neighbours along. Savepoints cost a fifth of a batch, and what was checked is
//! hardly ever refused after that: so a batch is written without them at first, and with them from the
//! beginning after one of its change sets has stumbled. Versions and counters are read once in a batch; the
//! change sets of the batch see each other's writes through what is kept here.

use std::collections::{BTreeMap, HashMap};

use crate::sql::{self, Connection};
use ledger::{Addition, ChangeId, CommitError, Counter, Parts, RowId, Version};

use super::fate::Fate;
use super::write;
use crate::Record;
use crate::tables::{audit_events, counters, epochs, versions};

/// The versions that rows have after a change set; `None` is a row that is not there.
type Versions = HashMap<RowId, Option<Version>>;

/// Whether a change set that is refused while it is written takes its neighbours along.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Care {
    /// It stands inside a savepoint, and leaves no trace.
    Savepoints,
    /// The batch has stumbled: it is to be undone and written with savepoints.
    Trust,
}

/// What a transaction has read and written so far.
pub(super) struct Batch<'a> {
    connection: &'a Connection,
    care: Care,
    has_stumbled: bool,
    versions: Versions,
    counters: HashMap<Counter, i64>,
    /// Counters that have to be written before the end.
    changed: BTreeMap<Counter, i64>,
    /// The last change set of which caches have to learn.
    ends_epoch: Option<ChangeId>,
}

impl<'a> Batch<'a> {
    /// A batch inside the transaction that `connection` has open.
    pub(super) fn new(connection: &'a Connection, care: Care) -> Self {
        Self {
            connection,
            care,
            has_stumbled: false,
            versions: HashMap::new(),
            counters: HashMap::new(),
            changed: BTreeMap::new(),
            ends_epoch: None,
        }
    }

    /// A batch of which it is known what rows and counters are; the rows stay so until its end.
    pub(super) fn knowing(
        connection: &'a Connection,
        versions: Versions,
        counters: HashMap<Counter, i64>,
    ) -> Self {
        Self { versions, counters, ..Self::new(connection, Care::Trust) }
    }

    /// Checks a change set that is to be written by somebody else.
    pub(super) fn admit(&mut self, changes: &Parts<Record>) -> Result<(), Fate> {
        let is_there = |row: &RowId| matches!(self.versions.get(row), Some(Some(_)));
        let goes = |row: &RowId| changes.removals.iter().any(|removal| removal.row == *row);
        if changes.inserts.iter().filter_map(Record::row).any(|row| is_there(&row) && !goes(&row)) {
            return Err(Fate::conflict());
        }
        let versions = self.check_versions(changes)?;
        let counters = self.check_counters(&changes.additions)?;
        self.versions.extend(versions);
        self.counters.extend(counters);
        Ok(())
    }

    /// Checks and writes one change set. A refused one has left nothing behind.
    pub(super) fn apply(&mut self, changes: &Parts<Record>) -> Result<(), Fate> {
        let versions = self.check_versions(changes)?;
        let counters = self.check_counters(&changes.additions)?;
        match self.care {
            Care::Savepoints => self.inside_savepoint(|connection| write(connection, changes))?,
            Care::Trust => {
                let written = write(self.connection, changes);
                self.has_stumbled |= written.is_err();
                written?;
            }
        }
        if epochs::ended_by(changes) {
            self.ends_epoch = Some(changes.id);
        }
        self.versions.extend(versions);
        for (counter, used) in counters {
            self.counters.insert(counter.clone(), used);
            self.changed.insert(counter, used);
        }
        Ok(())
    }

    /// Whether a change set was refused that left something behind: the batch must not be committed.
    pub(super) fn has_stumbled(&self) -> bool {
        self.has_stumbled
    }

    /// Writes what was summed up, at the end of the batch.
    pub(super) fn finish(self) -> sql::Result<()> {
        for (counter, used) in &self.changed {
            counters::set(self.connection, counter, *used)?;
        }
        if let Some(change) = self.ends_epoch {
            epochs::raise(self.connection, change)?;
        }
        Ok(())
    }

    /// Whether every row is at the version that was read; the versions after the change set.
    fn check_versions(&mut self, changes: &Parts<Record>) -> Result<Versions, Fate> {
        for expectation in &changes.expectations {
            self.expect(&expectation.row, expectation.version)?;
        }
        let mut after = Versions::new();
        for replacement in &changes.replacements {
            let row = replacement.record.row();
            let row = row.ok_or_else(|| Fate::unwritable("this kind of row is never replaced"))?;
            self.expect(&row, replacement.read_at)?;
            let raise = i64::from(!replacement.record.keeps_version());
            after.insert(row, Some(Version(replacement.read_at.0.saturating_add(raise))));
        }
        for removal in &changes.removals {
            self.expect(&removal.row, removal.read_at)?;
            after.insert(removal.row.clone(), None);
        }
        // Whether an inserted row is there already the insertion itself finds out.
        after.extend(changes.inserts.iter().filter_map(Record::row).map(|r| (r, Some(Version(1)))));
        Ok(after)
    }

    fn expect(&mut self, row: &RowId, version: Version) -> Result<(), Fate> {
        let current = match self.versions.get(row) {
            Some(known) => *known,
            None => {
                let read = versions::read(self.connection, row)?;
                self.versions.insert(row.clone(), read);
                read
            }
        };
        if current == Some(version) { Ok(()) } else { Err(Fate::conflict()) }
    }

    /// Whether every counter stays within its bound; the counters after the change set.
    fn check_counters(&mut self, additions: &[Addition]) -> Result<BTreeMap<Counter, i64>, Fate> {
        let mut after = BTreeMap::new();
        for Addition { counter, amount, at_most } in additions {
            let used = match after.get(counter) {
                Some(used) => *used,
                None => self.used(counter)?,
            };
            let used = used.saturating_add(*amount);
            if at_most.is_some_and(|at_most| used > at_most) {
                return Err(Fate::Refused(CommitError::QuotaReached(counter.clone())));
            }
            if used < 0 {
                return Err(Fate::unwritable("a counter would fall below zero"));
            }
            after.insert(counter.clone(), used);
        }
        Ok(after)
    }

    fn used(&mut self, counter: &Counter) -> Result<i64, Fate> {
        if let Some(used) = self.counters.get(counter) {
            return Ok(*used);
        }
        let used = counters::used(self.connection, counter)?;
        self.counters.insert(counter.clone(), used);
        Ok(used)
    }

    fn inside_savepoint(
        &self,
        write: impl FnOnce(&Connection) -> Result<(), Fate>,
    ) -> Result<(), Fate> {
        let run = |sql| self.connection.prepare_cached(sql)?.execute([]).map_err(Fate::Broken);
        run("SAVEPOINT change_set")?;
        let written = write(self.connection);
        if matches!(written, Err(Fate::Refused(_))) {
            run("ROLLBACK TO change_set")?;
        }
        if !matches!(written, Err(Fate::Broken(_))) {
            run("RELEASE change_set")?;
        }
        written
    }
}

/// Writes a change set that was checked.
fn write(connection: &Connection, changes: &Parts<Record>) -> Result<(), Fate> {
    write::removals(connection, &changes.removals)?;
    write::replacements(connection, &changes.replacements)?;
    write::inserts(connection, &changes.inserts)?;
    audit_events::insert(connection, changes.id, &changes.events)?;
    Ok(())
}
