//! What the tests of this crate stand on: a directory in memory, a clock that is moved by hand, a
//! seal that only checks its context.

mod rows;

pub(crate) use rows::{Mishap, Rows};

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use ledger::system::SystemRandom;
use ledger::{
    AccountId, Actor, AuditEvent, ChangeId, Changes, Clock, CommitError, GroupId, Origin, PolicyId,
    ProjectId, StoreError, Timestamp, UserId, Versioned,
};
use zeroize::Zeroizing;

use crate::{
    AccessKey, Account, AttachedPolicy, Attachment, AttachmentFilter, Bootstrap, Credential,
    CustomPolicy, Directory, EventPosition, Group, GroupFilter, Iam, Membership, NewAccount,
    PasswordCost, PolicyFilter, Ports, Principal, Project, ProjectFilter, Reach, Record,
    RecordedEvent, SealError, SecretSeal, Settings, TemporaryKey, TemporarySession, Token,
    TokenDigest, User, UserFilter,
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

    async fn users_selected(
        &self,
        filter: &UserFilter,
    ) -> Result<Vec<Versioned<User>>, StoreError> {
        let memberships = self.rows().memberships();
        let is_in = |group: GroupId, user: UserId| {
            memberships.iter().any(|m| m.value.group == group && m.value.user == user)
        };
        let users = self.rows().users().into_iter();
        Ok(users
            .filter(|row| row.value.account == filter.account)
            .filter(|row| filter.name.as_ref().is_none_or(|name| *name == row.value.name))
            .filter(|row| filter.state.is_none_or(|state| state == row.value.state))
            .filter(|row| filter.group.is_none_or(|group| is_in(group, row.value.id)))
            .filter(|row| filter.after.is_none_or(|after| row.value.id > after))
            .take(filter.limit as usize)
            .collect())
    }

    async fn group(&self, id: GroupId) -> Result<Option<Versioned<Group>>, StoreError> {
        Ok(self.rows().groups().into_iter().find(|row| row.value.id == id))
    }

    async fn groups(&self, filter: &GroupFilter) -> Result<Vec<Versioned<Group>>, StoreError> {
        let memberships = self.rows().memberships();
        let is_in = |group: GroupId, user: UserId| {
            memberships.iter().any(|m| m.value.group == group && m.value.user == user)
        };
        let groups = self.rows().groups().into_iter();
        Ok(groups
            .filter(|row| row.value.account == filter.account)
            .filter(|row| filter.name.as_ref().is_none_or(|name| *name == row.value.name))
            .filter(|row| filter.member.is_none_or(|user| is_in(row.value.id, user)))
            .filter(|row| filter.after.is_none_or(|after| row.value.id > after))
            .take(filter.limit as usize)
            .collect())
    }

    async fn memberships(
        &self,
        account: AccountId,
        (group, user): (Option<GroupId>, Option<UserId>),
    ) -> Result<Vec<Versioned<Membership>>, StoreError> {
        let memberships = self.rows().memberships().into_iter();
        Ok(memberships
            .filter(|row| row.value.account == account)
            .filter(|row| group.is_none_or(|group| row.value.group == group))
            .filter(|row| user.is_none_or(|user| row.value.user == user))
            .collect())
    }

    async fn policy(&self, id: PolicyId) -> Result<Option<Versioned<CustomPolicy>>, StoreError> {
        Ok(self.rows().policies().into_iter().find(|row| row.value.id == id))
    }

    async fn policies(
        &self,
        filter: &PolicyFilter,
    ) -> Result<Vec<Versioned<CustomPolicy>>, StoreError> {
        let policies = self.rows().policies().into_iter();
        Ok(policies
            .filter(|row| row.value.account == filter.account)
            .filter(|row| filter.name.as_ref().is_none_or(|name| *name == row.value.name))
            .filter(|row| filter.after.is_none_or(|after| row.value.id > after))
            .take(filter.limit as usize)
            .collect())
    }

    async fn attachments(
        &self,
        filter: &AttachmentFilter,
    ) -> Result<Vec<Versioned<Attachment>>, StoreError> {
        let attachments = self.rows().attachments().into_iter();
        Ok(attachments
            .filter(|row| row.value.account == filter.account)
            .filter(|row| filter.principal.is_none_or(|who| who == row.value.principal))
            .filter(|row| filter.policy.is_none_or(|policy| policy == row.value.policy.id()))
            .take(filter.limit as usize)
            .collect())
    }

    async fn attachment_count(
        &self,
        account: AccountId,
        policy: PolicyId,
    ) -> Result<u32, StoreError> {
        let found = self.attachments(&AttachmentFilter::of(account, policy)).await?;
        Ok(u32::try_from(found.len()).unwrap())
    }

    async fn attachment_counts(
        &self,
        account: AccountId,
        reach: Reach,
    ) -> Result<BTreeMap<PolicyId, u32>, StoreError> {
        let mut counts = BTreeMap::new();
        for Versioned { value, .. } in self.rows().attachments() {
            if value.account == account && value.reach == reach {
                *counts.entry(value.policy.id()).or_default() += 1;
            }
        }
        Ok(counts)
    }

    async fn attached_policies(&self, user: UserId) -> Result<Vec<AttachedPolicy>, StoreError> {
        let rows = self.rows();
        let memberships = rows.memberships();
        let groups: Vec<GroupId> =
            memberships.iter().filter(|m| m.value.user == user).map(|m| m.value.group).collect();
        let policies = rows.policies();
        Ok(rows
            .attachments()
            .into_iter()
            .filter(|row| match row.value.principal {
                Principal::Group(group) => groups.contains(&group),
                Principal::User(id) => id == user,
            })
            .map(|row| {
                let id = row.value.policy.id();
                let policy = policies.iter().find(|policy| policy.value.id == id).unwrap();
                AttachedPolicy {
                    policy: id,
                    name: policy.value.name.clone(),
                    document: policy.value.document().to_owned(),
                    reach: row.value.reach,
                    group: match row.value.principal {
                        Principal::Group(group) => Some(group),
                        Principal::User(_) => None,
                    },
                }
            })
            .collect())
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

    async fn access_keys(&self, user: UserId) -> Result<Vec<Versioned<AccessKey>>, StoreError> {
        let keys = self.rows().keys().into_iter();
        let mut keys: Vec<_> = keys.filter(|row| row.value.user == user).collect();
        keys.sort_by_key(|row| row.value.created_at);
        Ok(keys)
    }

    async fn temporary_session(
        &self,
        access: &str,
    ) -> Result<Option<TemporarySession>, StoreError> {
        Ok(self.rows().temporary_session(access))
    }

    async fn temporary_keys(
        &self,
        user: UserId,
    ) -> Result<Vec<Versioned<TemporaryKey>>, StoreError> {
        let keys = self.rows().temporary_keys().into_iter();
        Ok(keys.filter(|row| row.value.user == user).collect())
    }

    async fn expired_temporary_keys(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Versioned<TemporaryKey>>, StoreError> {
        let keys = self.rows().temporary_keys().into_iter();
        Ok(keys.filter(|row| row.value.expires_at < before).take(limit as usize).collect())
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

    /// The author that the owner is, when it signs a request now.
    pub(crate) async fn author(&self) -> ledger::Author {
        let found = self.iam.directory().credential_by_access_key(&self.owner.access).await;
        crate::Caller::by_access_key(found.unwrap().unwrap(), client(1)).author().clone()
    }

    /// One more account.
    pub(crate) async fn other_account(&self) -> Bootstrap {
        let new = NewAccount::new("other", "r");
        self.iam.create_account(&new, &local()).await.unwrap()
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
