//! The rows of a directory in memory, and the commit that changes them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use ledger::{
    Addition, AuditEvent, ChangeId, Changes, CommitError, Counter, Replacement, RowId, UserId,
    Version, Versioned,
};

use crate::{
    AccessKey, Account, Attachment, Credential, CustomPolicy, Group, Membership, Project, Record,
    TemporaryKey, TemporarySession, Token, User,
};

/// What the next commits are to do instead of what they should.
#[derive(Clone, Debug)]
pub(crate) enum Mishap {
    /// Refuse.
    Conflict,
    /// Fail.
    Failed,
    /// Do it, but after somebody else has written this.
    Overtaken(Record),
    /// Write, and lose the answer.
    UnknownWritten,
    /// Write nothing, and lose the answer.
    UnknownLost,
}

#[derive(Default)]
pub(crate) struct Rows {
    rows: BTreeMap<RowId, Versioned<Record>>,
    pub(crate) events: Vec<AuditEvent>,
    pub(crate) committed: BTreeSet<ChangeId>,
    pub(crate) mishaps: VecDeque<Mishap>,
    /// What is counted under quotas, zeroes left out.
    pub(crate) counters: BTreeMap<Counter, i64>,
}

impl Rows {
    fn all<T>(&self, pick: impl Fn(&Record) -> Option<T>) -> Vec<Versioned<T>> {
        let picked = |row: &Versioned<Record>| {
            pick(&row.value).map(|value| Versioned { value, version: row.version })
        };
        self.rows.values().filter_map(picked).collect()
    }

    pub(crate) fn accounts(&self) -> Vec<Versioned<Account>> {
        self.all(|record| if let Record::Account(a) = record { Some(a.clone()) } else { None })
    }

    pub(crate) fn projects(&self) -> Vec<Versioned<Project>> {
        self.all(|record| if let Record::Project(p) = record { Some(p.clone()) } else { None })
    }

    pub(crate) fn users(&self) -> Vec<Versioned<User>> {
        self.all(|record| if let Record::User(u) = record { Some(u.clone()) } else { None })
    }

    pub(crate) fn keys(&self) -> Vec<Versioned<AccessKey>> {
        self.all(|record| if let Record::AccessKey(k) = record { Some(k.clone()) } else { None })
    }

    pub(crate) fn groups(&self) -> Vec<Versioned<Group>> {
        self.all(|record| if let Record::Group(g) = record { Some(g.clone()) } else { None })
    }

    pub(crate) fn memberships(&self) -> Vec<Versioned<Membership>> {
        self.all(|record| if let Record::Membership(m) = record { Some(m.clone()) } else { None })
    }

    pub(crate) fn policies(&self) -> Vec<Versioned<CustomPolicy>> {
        self.all(|record| if let Record::Policy(p) = record { Some(p.clone()) } else { None })
    }

    pub(crate) fn attachments(&self) -> Vec<Versioned<Attachment>> {
        self.all(|record| if let Record::Attachment(a) = record { Some(a.clone()) } else { None })
    }

    pub(crate) fn temporary_keys(&self) -> Vec<Versioned<TemporaryKey>> {
        self.all(|record| if let Record::TemporaryKey(k) = record { Some(k.clone()) } else { None })
    }

    pub(crate) fn temporary_session(&self, access: &str) -> Option<TemporarySession> {
        let key = self.temporary_keys().into_iter().find(|row| row.value.access == access)?;
        let token = self.tokens().into_iter().find(|row| row.value.digest == key.value.token)?;
        let Credential { credential: token, user, account } =
            self.credential(token, key.value.user);
        Some(TemporarySession { key, token, user, account })
    }

    pub(crate) fn tokens(&self) -> Vec<Versioned<Token>> {
        self.all(|record| if let Record::Token(t) = record { Some(t.clone()) } else { None })
    }

    pub(crate) fn credential<C>(&self, credential: Versioned<C>, user: UserId) -> Credential<C> {
        let user = self.users().into_iter().find(|row| row.value.id == user).unwrap();
        let account = self.accounts().into_iter().find(|row| row.value.id == user.value.account);
        Credential { credential, account: account.unwrap(), user }
    }

    /// Writes a record past all checks, as somebody else would.
    pub(crate) fn write(&mut self, record: impl Into<Record>) {
        let value = record.into();
        let version = self.rows.get(&value.row()).map_or(0, |row| row.version.0);
        self.rows.insert(value.row(), Versioned { value, version: Version(version + 1) });
    }

    /// The counters after these additions.
    fn counted(&self, additions: &[Addition]) -> Result<BTreeMap<Counter, i64>, CommitError> {
        let mut counters = self.counters.clone();
        for Addition { counter, amount, at_most } in additions {
            let used = counters.entry(counter.clone()).or_default();
            *used += amount;
            if at_most.is_some_and(|at_most| *used > at_most) {
                return Err(CommitError::QuotaReached(counter.clone()));
            }
            assert!(*used >= 0, "{counter:?} falls below zero");
        }
        counters.retain(|_, used| *used != 0);
        Ok(counters)
    }

    fn is_at(&self, row: &RowId, version: Version) -> bool {
        self.rows.get(row).is_some_and(|found| found.version == version)
    }

    pub(crate) fn apply(&mut self, changes: Changes<Record>) -> Result<(), CommitError> {
        let parts = changes.into_parts();
        let is_taken = |record: &Record| self.rows.contains_key(&record.row());
        let holds = parts.expectations.iter().all(|e| self.is_at(&e.row, e.version))
            && parts.removals.iter().all(|r| self.is_at(&r.row, r.read_at))
            && parts.replacements.iter().all(|r| self.is_at(&r.record.row(), r.read_at))
            && !parts.inserts.iter().any(is_taken);
        if !holds {
            return Err(CommitError::Conflict);
        }
        self.counters = self.counted(&parts.additions)?;
        for removal in parts.removals {
            self.rows.remove(&removal.row);
            let dead = self.temporary_keys().into_iter().map(|key| key.value);
            for key in dead.filter(|key| key.token.to_string() == removal.row.key) {
                self.rows.remove(&key.row());
            }
        }
        let replaced = parts.replacements.into_iter().map(|Replacement { record, .. }| record);
        for record in parts.inserts.into_iter().chain(replaced) {
            match record {
                Record::Rehash(user) => {
                    let record = Record::User(user);
                    if let Some(row) = self.rows.get_mut(&record.row()) {
                        row.value = record;
                    }
                }
                record => self.write(record),
            }
        }
        self.events.extend(parts.events);
        self.committed.insert(parts.id);
        Ok(())
    }
}
