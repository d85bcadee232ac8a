//! The port to what is kept about accounts, their users and their credentials.

use std::collections::BTreeMap;

use async_trait::async_trait;
use ledger::{
    AccountId, ChangeId, Changes, CommitError, Epoch, GroupId, PolicyId, ProjectId, StoreError,
    Timestamp, UserId, Versioned,
};

use crate::{
    AccessKey, Account, AttachedPolicy, Attachment, AttachmentFilter, CustomPolicy, EventPosition,
    Group, GroupFilter, Membership, PolicyFilter, Project, ProjectFilter, Reach, Record,
    RecordedEvent, TemporaryKey, TemporarySession, Token, TokenDigest, User, UserFilter,
};

/// A credential with whom it belongs to, all three from one moment.
#[derive(Clone, Debug)]
pub struct Credential<C> {
    /// The access key or token.
    pub credential: Versioned<C>,
    /// Its user.
    pub user: Versioned<User>,
    /// The account of that user.
    pub account: Versioned<Account>,
}

/// Keeps accounts, projects, users, groups, policies, access keys, tokens and the audit trail.
///
/// * Durability: [`Directory::commit`] returns `Ok` only when the change set survives a power cut.
/// * Visibility: what a commit that returned `Ok` wrote, every read that starts later sees, on
///   the node that wrote at once. A read gives what is committed at one moment, with versions.
/// * Concurrency: any number of reads and commits may run at once. Names are matched exactly,
///   octet by octet.
/// * Uniqueness: account names are unique; names of projects, users, groups and policies are unique
///   within their account. A commit that breaks this is refused as `Conflict`.
/// * Removal: a token goes with the temporary access keys that were made from it, a user with its
///   credentials, a policy with its versions. While a user or group has memberships or attachments,
///   or a policy is attached, its removal is refused as `Conflict`.
/// * Errors: `StoreError` means that nothing was learnt, or written; a read may be repeated.
///   After `CommitError::Unknown` only [`Directory::committed`] tells what happened.
#[async_trait]
pub trait Directory: Send + Sync {
    /// The account of this identifier.
    async fn account(&self, id: AccountId) -> Result<Option<Versioned<Account>>, StoreError>;

    /// The account of this name.
    async fn account_by_name(&self, name: &str) -> Result<Option<Versioned<Account>>, StoreError>;

    /// At most `limit` accounts, oldest first.
    async fn accounts(&self, limit: u32) -> Result<Vec<Versioned<Account>>, StoreError>;

    /// The project of this identifier.
    async fn project(&self, id: ProjectId) -> Result<Option<Versioned<Project>>, StoreError>;

    /// The projects that `filter` selects, oldest first.
    async fn projects(&self, filter: &ProjectFilter)
    -> Result<Vec<Versioned<Project>>, StoreError>;

    /// The user of this identifier.
    async fn user(&self, id: UserId) -> Result<Option<Versioned<User>>, StoreError>;

    /// The user of this name in `account`.
    async fn user_by_name(
        &self,
        account: AccountId,
        name: &str,
    ) -> Result<Option<Versioned<User>>, StoreError>;

    /// At most `limit` users of `account`, oldest first.
    async fn users(
        &self,
        account: AccountId,
        limit: u32,
    ) -> Result<Vec<Versioned<User>>, StoreError>;

    /// The users that `filter` selects, in the order of their identifiers.
    async fn users_selected(&self, filter: &UserFilter)
    -> Result<Vec<Versioned<User>>, StoreError>;

    /// The group of this identifier.
    async fn group(&self, id: GroupId) -> Result<Option<Versioned<Group>>, StoreError>;

    /// The groups that `filter` selects, in the order of their identifiers.
    async fn groups(&self, filter: &GroupFilter) -> Result<Vec<Versioned<Group>>, StoreError>;

    /// The memberships within `account`: of this group, of this user, where they are given.
    async fn memberships(
        &self,
        account: AccountId,
        of: (Option<GroupId>, Option<UserId>),
    ) -> Result<Vec<Versioned<Membership>>, StoreError>;

    /// The custom policy of this identifier, with its versions.
    async fn policy(&self, id: PolicyId) -> Result<Option<Versioned<CustomPolicy>>, StoreError>;

    /// The custom policies that `filter` selects, in the order of their identifiers.
    async fn policies(
        &self,
        filter: &PolicyFilter,
    ) -> Result<Vec<Versioned<CustomPolicy>>, StoreError>;

    /// The attachments that `filter` selects, in the order of their keys.
    async fn attachments(
        &self,
        filter: &AttachmentFilter,
    ) -> Result<Vec<Versioned<Attachment>>, StoreError>;

    /// How often a policy, custom or of the system, is attached within `account`.
    async fn attachment_count(
        &self,
        account: AccountId,
        policy: PolicyId,
    ) -> Result<u32, StoreError>;

    /// How often each policy is attached within `account` in exactly this reach; those that are not
    /// are left out.
    async fn attachment_counts(
        &self,
        account: AccountId,
        reach: Reach,
    ) -> Result<BTreeMap<PolicyId, u32>, StoreError>;

    /// Every policy that reaches a user, directly or through its groups, each with the document in
    /// force, in one read. One that reaches it on several ways comes as often.
    async fn attached_policies(&self, user: UserId) -> Result<Vec<AttachedPolicy>, StoreError>;

    /// The access key of this name with its user and account, in one read.
    async fn credential_by_access_key(
        &self,
        access: &str,
    ) -> Result<Option<Credential<AccessKey>>, StoreError>;

    /// The access keys of a user, oldest first.
    async fn access_keys(&self, user: UserId) -> Result<Vec<Versioned<AccessKey>>, StoreError>;

    /// The temporary access key of this name with its token, user and account, in one read.
    async fn temporary_session(&self, access: &str)
    -> Result<Option<TemporarySession>, StoreError>;

    /// The temporary access keys of a user, expired ones among them.
    async fn temporary_keys(
        &self,
        user: UserId,
    ) -> Result<Vec<Versioned<TemporaryKey>>, StoreError>;

    /// At most `limit` temporary access keys that expire before `before`, the earliest first.
    async fn expired_temporary_keys(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Versioned<TemporaryKey>>, StoreError>;

    /// The token of this digest with its user and account, in one read.
    async fn session_by_token(
        &self,
        digest: TokenDigest,
    ) -> Result<Option<Credential<Token>>, StoreError>;

    /// At most `limit` tokens that expire before `before`, the earliest first.
    async fn expired_tokens(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Versioned<Token>>, StoreError>;

    /// At most `limit` audit events, newest first: those older than `after`, or the newest.
    async fn audit_events(
        &self,
        after: Option<EventPosition>,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError>;

    /// Makes `changes` true, all of them or none, as [`Changes`] says.
    async fn commit(&self, changes: Changes<Record>) -> Result<(), CommitError>;

    /// Whether the change set of this identifier was committed. The answer is final: a commit
    /// that is not seen here will not appear later.
    async fn committed(&self, id: ChangeId) -> Result<bool, StoreError>;

    /// The epoch for what is kept in memory; `None` from a directory that has none: nothing is kept
    /// then. Costs a read once a second, and after a conflict.
    async fn epoch(&self) -> Result<Option<Epoch>, StoreError> {
        Ok(None)
    }

    /// The epoch of this moment, for the whole of the database: before something is refused because
    /// of what was kept.
    async fn epoch_now(&self) -> Result<Option<Epoch>, StoreError> {
        Ok(None)
    }
}
