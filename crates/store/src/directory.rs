//! The port of `iam`.

use async_trait::async_trait;
use iam::{
    AccessKey, Account, Credential, EventPosition, Project, ProjectFilter, RecordedEvent, Token,
    TokenDigest, User,
};
use ledger::{
    AccountId, ChangeId, Changes, CommitError, ProjectId, StoreError, Timestamp, UserId, Versioned,
};

use crate::tables::{access_keys, accounts, projects, tokens, users};
use crate::{AuditFilter, Database, Record};

#[async_trait]
impl iam::Directory for Database {
    async fn account(&self, id: AccountId) -> Result<Option<Versioned<Account>>, StoreError> {
        self.point(|c| accounts::by_id(c, id))
    }

    async fn account_by_name(&self, name: &str) -> Result<Option<Versioned<Account>>, StoreError> {
        self.point(|c| accounts::by_name(c, name))
    }

    async fn accounts(&self, limit: u32) -> Result<Vec<Versioned<Account>>, StoreError> {
        self.scan(move |c| accounts::oldest(c, limit)).await
    }

    async fn project(&self, id: ProjectId) -> Result<Option<Versioned<Project>>, StoreError> {
        self.point(|c| projects::by_id(c, id))
    }

    async fn projects(
        &self,
        filter: &ProjectFilter,
    ) -> Result<Vec<Versioned<Project>>, StoreError> {
        let filter = filter.clone();
        self.scan(move |c| projects::selected(c, &filter)).await
    }

    async fn user(&self, id: UserId) -> Result<Option<Versioned<User>>, StoreError> {
        self.point(|c| users::by_id(c, id))
    }

    async fn user_by_name(
        &self,
        account: AccountId,
        name: &str,
    ) -> Result<Option<Versioned<User>>, StoreError> {
        self.point(|c| users::by_name(c, account, name))
    }

    async fn users(
        &self,
        account: AccountId,
        limit: u32,
    ) -> Result<Vec<Versioned<User>>, StoreError> {
        self.scan(move |c| users::oldest(c, account, limit)).await
    }

    async fn credential_by_access_key(
        &self,
        access: &str,
    ) -> Result<Option<Credential<AccessKey>>, StoreError> {
        self.point(|c| access_keys::credential(c, access))
    }

    async fn session_by_token(
        &self,
        digest: TokenDigest,
    ) -> Result<Option<Credential<Token>>, StoreError> {
        self.point(|c| tokens::session(c, digest))
    }

    async fn expired_tokens(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Versioned<Token>>, StoreError> {
        self.scan(move |c| tokens::expired(c, before, limit)).await
    }

    async fn audit_events(
        &self,
        after: Option<EventPosition>,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        self.audit(AuditFilter { account: None, after, limit }).await
    }

    async fn commit(&self, changes: Changes<iam::Record>) -> Result<(), CommitError> {
        self.commit_all(changes.map(Record::Iam)).await
    }

    async fn committed(&self, id: ChangeId) -> Result<bool, StoreError> {
        Self::committed(self, id).await
    }
}
