//! The port to what is kept about accounts, their users and their credentials.

use async_trait::async_trait;
use ledger::{
    AccountId, ChangeId, Changes, CommitError, ProjectId, StoreError, Timestamp, UserId, Versioned,
};

use crate::{
    AccessKey, Account, EventPosition, Project, ProjectFilter, Record, RecordedEvent, Token,
    TokenDigest, User,
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

/// Keeps accounts, projects, users, access keys, tokens and the audit trail.
///
/// * Durability: [`Directory::commit`] returns `Ok` only when the change set survives a power cut.
/// * Visibility: what a commit that returned `Ok` wrote, every read that starts later sees, on
///   the node that wrote at once. A read gives what is committed at one moment, with versions.
/// * Concurrency: any number of reads and commits may run at once. Names are matched exactly,
///   octet by octet.
/// * Uniqueness: account names are unique; project names and user names are unique within their
///   account. An insertion that breaks this is refused as `Conflict`.
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

    /// The access key of this name with its user and account, in one read.
    async fn credential_by_access_key(
        &self,
        access: &str,
    ) -> Result<Option<Credential<AccessKey>>, StoreError>;

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
}
