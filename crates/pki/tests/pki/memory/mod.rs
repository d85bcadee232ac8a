//! The store, in memory: a map of rows with their versions.

mod authorities;
mod certificates;
mod crls;
mod publications;
mod replica;
mod responders;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use ledger::{
    AccountId, AuditEvent, CaId, ChangeId, Changes, CommitError, Counter, CrlBodyId, CsrId,
    ProjectId, RowId, StoreError, Table, Timestamp, Version, Versioned,
};
use pki::authority::{Authority, Home};
use pki::company::CompanyProfile;
use pki::csr::Csr;
use pki::lease::Lease;
use pki::workspace::{Transaction, TransactionId, TransactionState};
use pki::{Companies, Csrs, KeyPurpose, Keys, Record, Replica, Store, WorkspaceTransactions};
use x509::PublicKey;

/// What a commit is to meet before it is looked at.
#[derive(Debug)]
pub(crate) enum Fault {
    /// Somebody else was faster.
    Conflict,
    /// The change set becomes true and is never answered.
    Unanswered,
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
    /// The fences of leases, by the names of the work.
    leases: BTreeMap<String, Version>,
    /// What was ever issued here: the issuer and the serial number.
    issued: BTreeSet<(CaId, String)>,
    changes: Vec<ChangeId>,
    events: Vec<AuditEvent>,
    faults: Vec<Fault>,
    /// What was revoked, in the order of the commits.
    revoked: Vec<RowId>,
    /// The bytes of CRLs, in chunks.
    bodies: BTreeMap<CrlBodyId, BTreeMap<u32, Vec<u8>>>,
    /// What somebody removes before the next key is read.
    removed_before_key: Vec<RowId>,
    attempts: usize,
    replica: Option<Arc<Memory>>,
}

#[derive(Default)]
pub(crate) struct Memory(Mutex<State>);

impl Memory {
    /// Lets the next commits meet these faults, the last one first.
    pub(crate) fn fail_next(&self, faults: Vec<Fault>) {
        self.0.lock().unwrap().faults = faults;
    }

    /// Lets somebody else remove these rows just before the next key is read.
    pub(crate) fn remove_before_key(&self, rows: Vec<RowId>) {
        self.0.lock().unwrap().removed_before_key = rows;
    }

    /// Lets this one answer lists and exports from now on.
    pub(crate) fn be_copied_by(&self, replica: Arc<Memory>) {
        self.0.lock().unwrap().replica = Some(replica);
    }

    /// Takes the work up, whoever did so before.
    pub(crate) fn lease(&self, name: &str) -> Lease {
        let mut state = self.0.lock().unwrap();
        let fence = state.leases.entry(name.to_owned()).or_insert(Version(0));
        fence.0 += 1;
        Lease { name: name.to_owned(), fence: *fence, failures: 0, late: Duration::ZERO }
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

    /// What Private CA has at `now`.
    fn private_authorities(&self, account: AccountId, now: Timestamp) -> Vec<Versioned<Authority>> {
        self.all(|record| match record {
            Record::Authority(found)
                if found.account == account
                    && found.home == Home::PrivateCa
                    && !found.is_gone(now) =>
            {
                Some((**found).clone())
            }
            _ => None,
        })
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
        let at = |row: &RowId| match row.table {
            Table::Leases => self.leases.get(&row.key).copied(),
            _ => self.rows.get(row).map(|(_, version)| *version),
        };
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
            self.issued.extend(certificates::serials(&record));
            if let Record::Revocation(revocation) = &record {
                self.revoked.push(revocation.row());
            }
            self.rows.insert(record.row(), (record, Version(1)));
        }
        for replacement in parts.replacements {
            let next = Version(replacement.read_at.0 + 1);
            self.issued.extend(certificates::serials(&replacement.record));
            self.rows.insert(replacement.record.row(), (replacement.record, next));
        }
        self.changes.push(parts.id);
        self.events.extend(parts.events);
        Ok(())
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
    async fn is_authority_key(&self, key: &PublicKey) -> Result<bool, StoreError> {
        let has_it = |der: &Vec<u8>| {
            x509::Certificate::from_der(der).is_ok_and(|above| above.public_key() == Ok(key))
        };
        let of_an_authority = |record: &Record| {
            let is_it = match record {
                Record::Key(found) => {
                    found.binding.purpose == KeyPurpose::Authority && found.public_key == *key
                }
                Record::Authority(found) => found.issued().is_some_and(|issued| {
                    let is_elsewhere = found.home == Home::Outside;
                    is_elsewhere && issued.key_identifier == key.key_identifier()
                        || issued.imported_chain.iter().any(has_it)
                }),
                _ => false,
            };
            is_it.then_some(())
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

    async fn transactions_waiting_since(
        &self,
        created: Timestamp,
        limit: u32,
    ) -> Result<Vec<Versioned<Transaction>>, StoreError> {
        let mut found = self.all(|record| match record {
            Record::WorkspaceTransaction(found)
                if found.created_at <= created && found.state == TransactionState::Pending =>
            {
                Some((**found).clone())
            }
            _ => None,
        });
        found.truncate(limit as usize);
        Ok(found)
    }
}

#[async_trait]
impl Store for Memory {
    async fn count(&self, counter: &Counter) -> Result<i64, StoreError> {
        Ok(self.used(counter))
    }

    async fn commit(&self, changes: Changes<Record>) -> Result<(), CommitError> {
        let fault = {
            let mut state = self.0.lock().unwrap();
            state.attempts += 1;
            state.faults.pop()
        };
        if let Some(Fault::Unanswered) = fault {
            self.0.lock().unwrap().apply(changes)?;
            return std::future::pending().await;
        }
        let mut state = self.0.lock().unwrap();
        match fault {
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
            Some(Fault::Unanswered) | None => state.apply(changes),
        }
    }

    async fn committed(&self, id: ChangeId) -> Result<bool, StoreError> {
        Ok(self.0.lock().unwrap().changes.contains(&id))
    }

    async fn replica(&self) -> Option<Arc<dyn Replica>> {
        let replica = self.0.lock().unwrap().replica.clone();
        replica.map(|replica| replica as Arc<dyn Replica>)
    }
}
