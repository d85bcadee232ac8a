//! What the tests of this crate stand on: a directory in memory, a clock that is moved by hand, a
//! seal that only checks its context.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use ledger::system::SystemRandom;
use ledger::{
    AccountId, Actor, AuditEvent, ChangeId, Changes, Clock, CommitError, Origin, ProjectId,
    Replacement, RowId, StoreError, Timestamp, UserId, Version, Versioned,
};
use zeroize::Zeroizing;

use crate::{
    AccessKey, Account, Bootstrap, Credential, Directory, EventPosition, Iam, NewAccount,
    PasswordCost, Ports, Project, ProjectFilter, Record, RecordedEvent, SealError, SecretSeal,
    Settings, Token, TokenDigest, User,
};

/// A clock that is moved by hand.
pub(crate) struct HandClock(AtomicI64);

impl HandClock {
    pub(crate) fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// Seals by writing the context in front.
struct PlainSeal;

impl SecretSeal for PlainSeal {
    fn seal(&self, plaintext: &[u8], context: &[u8]) -> Result<Vec<u8>, SealError> {
        Ok([context, plaintext].concat())
    }

    fn open(&self, sealed: &[u8], context: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let plaintext = sealed.strip_prefix(context).ok_or(SealError::new("other context"))?;
        Ok(Zeroizing::new(plaintext.to_vec()))
    }
}

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
    committed: BTreeSet<ChangeId>,
    pub(crate) mishaps: VecDeque<Mishap>,
}

impl Rows {
    fn all<T>(&self, pick: impl Fn(&Record) -> Option<T>) -> Vec<Versioned<T>> {
        let picked = |row: &Versioned<Record>| {
            pick(&row.value).map(|value| Versioned { value, version: row.version })
        };
        self.rows.values().filter_map(picked).collect()
    }

    fn accounts(&self) -> Vec<Versioned<Account>> {
        self.all(|record| if let Record::Account(a) = record { Some(a.clone()) } else { None })
    }

    fn projects(&self) -> Vec<Versioned<Project>> {
        self.all(|record| if let Record::Project(p) = record { Some(p.clone()) } else { None })
    }

    fn users(&self) -> Vec<Versioned<User>> {
        self.all(|record| if let Record::User(u) = record { Some(u.clone()) } else { None })
    }

    fn keys(&self) -> Vec<Versioned<AccessKey>> {
        self.all(|record| if let Record::AccessKey(k) = record { Some(k.clone()) } else { None })
    }

    pub(crate) fn tokens(&self) -> Vec<Versioned<Token>> {
        self.all(|record| if let Record::Token(t) = record { Some(t.clone()) } else { None })
    }

    fn credential<C>(&self, credential: Versioned<C>, user: UserId) -> Credential<C> {
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

    fn is_at(&self, row: &RowId, version: Version) -> bool {
        self.rows.get(row).is_some_and(|found| found.version == version)
    }

    fn apply(&mut self, changes: Changes<Record>) -> Result<(), CommitError> {
        let parts = changes.into_parts();
        let is_taken = |record: &Record| self.rows.contains_key(&record.row());
        let holds = parts.expectations.iter().all(|e| self.is_at(&e.row, e.version))
            && parts.removals.iter().all(|r| self.is_at(&r.row, r.read_at))
            && parts.replacements.iter().all(|r| self.is_at(&r.record.row(), r.read_at))
            && !parts.inserts.iter().any(is_taken);
        if !holds {
            return Err(CommitError::Conflict);
        }
        for removal in parts.removals {
            self.rows.remove(&removal.row);
        }
        let replaced = parts.replacements.into_iter().map(|Replacement { record, .. }| record);
        for record in parts.inserts.into_iter().chain(replaced) {
            self.write(record);
        }
        self.events.extend(parts.events);
        self.committed.insert(parts.id);
        Ok(())
    }
}

/// A directory in memory.
#[derive(Default)]
pub(crate) struct MemoryDirectory(Mutex<Rows>);

impl MemoryDirectory {
    pub(crate) fn rows(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap()
    }
}

#[async_trait]
impl Directory for MemoryDirectory {
    async fn account(&self, id: AccountId) -> Result<Option<Versioned<Account>>, StoreError> {
        Ok(self.rows().accounts().into_iter().find(|row| row.value.id == id))
    }

    async fn account_by_name(&self, name: &str) -> Result<Option<Versioned<Account>>, StoreError> {
        Ok(self.rows().accounts().into_iter().find(|row| row.value.name == name))
    }

    async fn accounts(&self, limit: u32) -> Result<Vec<Versioned<Account>>, StoreError> {
        Ok(self.rows().accounts().into_iter().take(limit as usize).collect())
    }

    async fn project(&self, id: ProjectId) -> Result<Option<Versioned<Project>>, StoreError> {
        Ok(self.rows().projects().into_iter().find(|row| row.value.id == id))
    }

    async fn projects(
        &self,
        filter: &ProjectFilter,
    ) -> Result<Vec<Versioned<Project>>, StoreError> {
        let projects = self.rows().projects().into_iter();
        Ok(projects
            .filter(|row| row.value.account == filter.account)
            .filter(|row| filter.name.as_ref().is_none_or(|name| *name == row.value.name))
            .filter(|row| filter.state.is_none_or(|state| state == row.value.state))
            .skip(filter.offset as usize)
            .take(filter.limit as usize)
            .collect())
    }

    async fn user(&self, id: UserId) -> Result<Option<Versioned<User>>, StoreError> {
        Ok(self.rows().users().into_iter().find(|row| row.value.id == id))
    }

    async fn user_by_name(
        &self,
        account: AccountId,
        name: &str,
    ) -> Result<Option<Versioned<User>>, StoreError> {
        let users = self.users(account, u32::MAX).await?;
        Ok(users.into_iter().find(|row| row.value.name == name))
    }

    async fn users(
        &self,
        account: AccountId,
        limit: u32,
    ) -> Result<Vec<Versioned<User>>, StoreError> {
        let users = self.rows().users().into_iter();
        Ok(users.filter(|row| row.value.account == account).take(limit as usize).collect())
    }

    async fn credential_by_access_key(
        &self,
        access: &str,
    ) -> Result<Option<Credential<AccessKey>>, StoreError> {
        let rows = self.rows();
        let found = rows.keys().into_iter().find(|row| row.value.access == access);
        Ok(found.map(|found| {
            let user = found.value.user;
            rows.credential(found, user)
        }))
    }

    async fn session_by_token(
        &self,
        digest: TokenDigest,
    ) -> Result<Option<Credential<Token>>, StoreError> {
        let rows = self.rows();
        let found = rows.tokens().into_iter().find(|row| row.value.digest == digest);
        Ok(found.map(|found| {
            let user = found.value.user;
            rows.credential(found, user)
        }))
    }

    async fn expired_tokens(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Versioned<Token>>, StoreError> {
        let tokens = self.rows().tokens().into_iter();
        Ok(tokens.filter(|row| row.value.expires_at < before).take(limit as usize).collect())
    }

    async fn audit_events(
        &self,
        _after: Option<EventPosition>,
        _limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        Err(StoreError::new("the tests of this crate read the events themselves"))
    }

    async fn commit(&self, changes: Changes<Record>) -> Result<(), CommitError> {
        let mut rows = self.rows();
        match rows.mishaps.pop_front() {
            None => rows.apply(changes),
            Some(Mishap::Conflict) => Err(CommitError::Conflict),
            Some(Mishap::Failed) => Err(StoreError::new("the disk is gone").into()),
            Some(Mishap::Overtaken(record)) => {
                rows.write(record);
                rows.apply(changes)
            }
            Some(Mishap::UnknownLost) => Err(CommitError::Unknown),
            Some(Mishap::UnknownWritten) => {
                rows.apply(changes)?;
                Err(CommitError::Unknown)
            }
        }
    }

    async fn committed(&self, id: ChangeId) -> Result<bool, StoreError> {
        Ok(self.rows().committed.contains(&id))
    }
}

/// An `Iam` on a directory in memory, with one account.
pub(crate) struct House {
    pub(crate) iam: Iam,
    pub(crate) directory: Arc<MemoryDirectory>,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) owner: Bootstrap,
}

impl House {
    /// At 2026-01-15T08:30:00Z, with the account `acme`, its user `admin` and project `cn-north-4`.
    pub(crate) async fn build() -> Self {
        let directory = Arc::new(MemoryDirectory::default());
        let clock = Arc::new(HandClock(AtomicI64::new(1_768_465_800_000)));
        let ports = Ports {
            directory: Arc::clone(&directory) as Arc<dyn Directory>,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            random: Arc::new(SystemRandom),
            seal: Arc::new(PlainSeal),
        };
        let cost = PasswordCost { memory_kib: 32, passes: 1, lanes: 1 };
        let iam = Iam::new(ports, Settings { password_cost: cost, ..Settings::default() });
        let new = NewAccount::new("acme", "cn-north-4");
        let owner = iam.create_account(&new, &local()).await.unwrap();
        // Identifiers sort by the millisecond they were made in.
        clock.advance(Duration::from_millis(1));
        Self { iam, directory, clock, owner }
    }

    /// The actions that the audit trail tells, in order.
    pub(crate) fn actions(&self) -> Vec<&'static str> {
        self.directory.rows().events.iter().map(|event| event.action).collect()
    }

    /// The newest audit event.
    pub(crate) fn last_event(&self) -> AuditEvent {
        self.directory.rows().events.last().unwrap().clone()
    }

    /// Lets the next commits go wrong.
    pub(crate) fn provoke(&self, mishaps: &[Mishap]) {
        self.directory.rows().mishaps.extend(mishaps.iter().cloned());
    }
}

/// A local administrator.
pub(crate) fn local() -> Origin {
    Origin { actor: Actor::OperatingSystem(1000), address: None, request_id: "r".to_owned() }
}

/// A client at 192.0.2.`last`.
pub(crate) fn client(last: u8) -> Origin {
    let address = Some([192, 0, 2, last].into());
    Origin { actor: Actor::Anonymous(None), address, request_id: "r".to_owned() }
}
