//! The store, in memory: a map of rows with their versions.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use ledger::{
    AccountId, AuditEvent, CaId, ChangeId, Changes, CommitError, Counter, CsrId, KeyId, ProjectId,
    RowId, StoreError, Table, Version, Versioned,
};
use pki::authority::{Authority, Issued};
use pki::company::CompanyProfile;
use pki::csr::Csr;
use pki::workspace::{Transaction, TransactionId, TransactionState};
use pki::{
    Authorities, Companies, Csrs, KeyPurpose, KeyRecord, Keys, Record, Store, WorkspaceTransactions,
};
use x509::PublicKey;

/// What a commit is to meet before it is looked at.
#[derive(Debug)]
pub(crate) enum Fault {
    /// Somebody else was faster.
    Conflict,
    /// The change set becomes true and its answer is lost.
    UnknownDone,
    /// The change set is lost with its answer.
    UnknownLost,
    /// The disk is full.
    Failed,
    /// Somebody else writes this row just before.
    Touch(RowId),
}

#[derive(Default)]
struct State {
    rows: BTreeMap<RowId, (Record, Version)>,
    counters: BTreeMap<Counter, i64>,
    changes: Vec<ChangeId>,
    events: Vec<AuditEvent>,
    faults: Vec<Fault>,
    attempts: usize,
}

#[derive(Default)]
pub(crate) struct Memory(Mutex<State>);

impl Memory {
    /// Lets the next commits meet these faults, the last one first.
    pub(crate) fn fail_next(&self, faults: Vec<Fault>) {
        self.0.lock().unwrap().faults = faults;
    }

    pub(crate) fn events(&self) -> Vec<AuditEvent> {
        self.0.lock().unwrap().events.clone()
    }

    pub(crate) fn rows(&self, table: Table) -> usize {
        self.0.lock().unwrap().rows.keys().filter(|row| row.table == table).count()
    }

    pub(crate) fn used(&self, counter: &Counter) -> i64 {
        self.0.lock().unwrap().counters.get(counter).copied().unwrap_or(0)
    }

    /// How many change sets came, whatever became of them.
    pub(crate) fn attempts(&self) -> usize {
        self.0.lock().unwrap().attempts
    }

    fn read<T>(
        &self,
        table: Table,
        key: impl ToString,
        pick: impl Fn(&Record) -> Option<T>,
    ) -> Option<Versioned<T>> {
        let state = self.0.lock().unwrap();
        let (record, version) = state.rows.get(&RowId::new(table, key.to_string()))?;
        pick(record).map(|value| Versioned { value, version: *version })
    }

    fn all<T>(&self, pick: impl Fn(&Record) -> Option<T>) -> Vec<Versioned<T>> {
        let state = self.0.lock().unwrap();
        let picked = state.rows.values().filter_map(|(record, version)| {
            pick(record).map(|value| Versioned { value, version: *version })
        });
        picked.collect()
    }
}

impl State {
    fn apply(&mut self, changes: Changes<Record>) -> Result<(), CommitError> {
        let parts = changes.into_parts();
        let at = |row: &RowId| self.rows.get(row).map(|(_, version)| *version);
        let replaced = parts.replacements.iter().map(|r| (r.record.row(), r.read_at));
        let removed = parts.removals.iter().map(|r| (r.row.clone(), r.read_at));
        let expected = parts.expectations.iter().map(|e| (e.row.clone(), e.version));
        for (row, version) in replaced.chain(removed).chain(expected) {
            // Rows of the author belong to another crate and are not kept here.
            if row.table != Table::Accounts && at(&row) != Some(version) {
                return Err(CommitError::Conflict);
            }
        }
        if parts.inserts.iter().any(|record| at(&record.row()).is_some()) {
            return Err(CommitError::Conflict);
        }
        for addition in &parts.additions {
            let used = self.counters.get(&addition.counter).copied().unwrap_or(0);
            if addition.at_most.is_some_and(|most| used + addition.amount > most) {
                return Err(CommitError::QuotaReached(addition.counter.clone()));
            }
        }
        for addition in parts.additions {
            *self.counters.entry(addition.counter).or_default() += addition.amount;
        }
        for removal in parts.removals {
            self.rows.remove(&removal.row);
        }
        for record in parts.inserts {
            self.rows.insert(record.row(), (record, Version(1)));
        }
        for replacement in parts.replacements {
            let next = Version(replacement.read_at.0 + 1);
            self.rows.insert(replacement.record.row(), (replacement.record, next));
        }
        self.changes.push(parts.id);
        self.events.extend(parts.events);
        Ok(())
    }
}

#[async_trait]
impl Authorities for Memory {
    async fn authority(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<Option<Versioned<Authority>>, StoreError> {
        Ok(self.read(Table::Authorities, id, |record| match record {
            Record::Authority(found) if found.account == account => Some((**found).clone()),
            _ => None,
        }))
    }

    async fn authorities_by_subject(
        &self,
        account: AccountId,
        comparison_key: &[u8],
    ) -> Result<Vec<Versioned<Authority>>, StoreError> {
        Ok(self.all(|record| match record {
            Record::Authority(found)
                if found.account == account
                    && found
                        .issued()
                        .is_some_and(|own| own.subject.comparison_key() == comparison_key) =>
            {
                Some((**found).clone())
            }
            _ => None,
        }))
    }

    async fn is_serial_taken(
        &self,
        account: AccountId,
        issued: &Issued,
    ) -> Result<bool, StoreError> {
        let same = |record: &Record| match record {
            Record::Authority(found) if found.account == account => found
                .issued()
                .filter(|own| own.issuer_name == issued.issuer_name && own.serial == issued.serial)
                .map(|_| ()),
            _ => None,
        };
        Ok(!self.all(same).is_empty())
    }
}

#[async_trait]
impl Companies for Memory {
    async fn company(
        &self,
        account: AccountId,
    ) -> Result<Option<Versioned<CompanyProfile>>, StoreError> {
        Ok(self.read(Table::Companies, account, |record| match record {
            Record::Company(found) => Some(found.clone()),
            _ => None,
        }))
    }
}

#[async_trait]
impl Csrs for Memory {
    async fn csr(
        &self,
        account: AccountId,
        id: CsrId,
    ) -> Result<Option<Versioned<Csr>>, StoreError> {
        Ok(self.read(Table::Csrs, id, |record| match record {
            Record::Csr(found) if found.account == account => Some((**found).clone()),
            _ => None,
        }))
    }
}

#[async_trait]
impl Keys for Memory {
    async fn key(&self, id: KeyId) -> Result<Option<Versioned<KeyRecord>>, StoreError> {
        Ok(self.read(Table::Keys, id, |record| match record {
            Record::Key(found) => Some((**found).clone()),
            _ => None,
        }))
    }

    async fn is_authority_key(&self, key: &PublicKey) -> Result<bool, StoreError> {
        let of_an_authority = |record: &Record| match record {
            Record::Key(found)
                if found.binding.purpose == KeyPurpose::Authority && found.public_key == *key =>
            {
                Some(())
            }
            _ => None,
        };
        Ok(!self.all(of_an_authority).is_empty())
    }
}

#[async_trait]
impl WorkspaceTransactions for Memory {
    async fn transaction(
        &self,
        project: ProjectId,
        id: &TransactionId,
    ) -> Result<Option<Versioned<Transaction>>, StoreError> {
        let key = format!("{project}/{id}");
        Ok(self.read(Table::WorkspaceTransactions, key, |record| match record {
            Record::WorkspaceTransaction(found) => Some((**found).clone()),
            _ => None,
        }))
    }

    async fn pending_transactions(
        &self,
        project: ProjectId,
    ) -> Result<Vec<Versioned<Transaction>>, StoreError> {
        Ok(self.all(|record| match record {
            Record::WorkspaceTransaction(found)
                if found.project == project && found.state == TransactionState::Pending =>
            {
                Some((**found).clone())
            }
            _ => None,
        }))
    }
}

#[async_trait]
impl Store for Memory {
    async fn count(&self, counter: &Counter) -> Result<i64, StoreError> {
        Ok(self.used(counter))
    }

    async fn commit(&self, changes: Changes<Record>) -> Result<(), CommitError> {
        let mut state = self.0.lock().unwrap();
        state.attempts += 1;
        match state.faults.pop() {
            Some(Fault::Conflict) => Err(CommitError::Conflict),
            Some(Fault::UnknownLost) => Err(CommitError::Unknown),
            Some(Fault::Failed) => Err(CommitError::Failed(StoreError::new("no room"))),
            Some(Fault::UnknownDone) => {
                state.apply(changes)?;
                Err(CommitError::Unknown)
            }
            Some(Fault::Touch(row)) => {
                let (_, version) = state.rows.get_mut(&row).expect("the row is there");
                version.0 += 1;
                state.apply(changes)
            }
            None => state.apply(changes),
        }
    }

    async fn committed(&self, id: ChangeId) -> Result<bool, StoreError> {
        Ok(self.0.lock().unwrap().changes.contains(&id))
    }
}
