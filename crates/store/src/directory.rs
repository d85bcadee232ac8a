//! The port of `iam`.

use std::collections::BTreeMap;

use async_trait::async_trait;
use iam::{
    AccessKey, Account, AttachedPolicy, Attachment, AttachmentFilter, Credential, CustomPolicy,
    EventPosition, Group, GroupFilter, Membership, PolicyFilter, Project, ProjectFilter, Reach,
    RecordedEvent, TemporaryKey, TemporarySession, Token, TokenDigest, User, UserFilter,
};
use ledger::{
    AccountId, ChangeId, Changes, CommitError, Epoch, GroupId, PolicyId, ProjectId, StoreError,
    Timestamp, UserId, Versioned,
};

use crate::tables::{
    access_keys, accounts, attachments, groups, memberships, policies, projects, temporary_keys,
    tokens, users,
};
use crate::{AuditFilter, Database, Record};

#[async_trait]
impl iam::Directory for Database {
    async fn account(&self, id: AccountId) -> Result<Option<Versioned<Account>>, StoreError> {
        self.point(move |c| accounts::by_id(c, id)).await
    }

    async fn account_by_name(&self, name: &str) -> Result<Option<Versioned<Account>>, StoreError> {
        let name = name.to_owned();
        self.point(move |c| accounts::by_name(c, &name)).await
    }

    async fn accounts(&self, limit: u32) -> Result<Vec<Versioned<Account>>, StoreError> {
        self.scan(move |c| accounts::oldest(c, limit)).await
    }

    async fn project(&self, id: ProjectId) -> Result<Option<Versioned<Project>>, StoreError> {
        self.point(move |c| projects::by_id(c, id)).await
    }

    async fn projects(
        &self,
        filter: &ProjectFilter,
    ) -> Result<Vec<Versioned<Project>>, StoreError> {
        let filter = filter.clone();
        self.scan(move |c| projects::selected(c, &filter)).await
    }

    async fn user(&self, id: UserId) -> Result<Option<Versioned<User>>, StoreError> {
        self.point(move |c| users::by_id(c, id)).await
    }

    async fn user_by_name(
        &self,
        account: AccountId,
        name: &str,
    ) -> Result<Option<Versioned<User>>, StoreError> {
        let name = name.to_owned();
        self.point(move |c| users::by_name(c, account, &name)).await
    }

    async fn users(
        &self,
        account: AccountId,
        limit: u32,
    ) -> Result<Vec<Versioned<User>>, StoreError> {
        self.scan(move |c| users::oldest(c, account, limit)).await
    }

    async fn users_selected(
        &self,
        filter: &UserFilter,
    ) -> Result<Vec<Versioned<User>>, StoreError> {
        let filter = filter.clone();
        self.scan(move |c| users::selected(c, &filter)).await
    }

    async fn group(&self, id: GroupId) -> Result<Option<Versioned<Group>>, StoreError> {
        self.point(move |c| groups::by_id(c, id)).await
    }

    async fn groups(&self, filter: &GroupFilter) -> Result<Vec<Versioned<Group>>, StoreError> {
        let filter = filter.clone();
        self.scan(move |c| groups::selected(c, &filter)).await
    }

    async fn memberships(
        &self,
        account: AccountId,
        of: (Option<GroupId>, Option<UserId>),
    ) -> Result<Vec<Versioned<Membership>>, StoreError> {
        self.scan(move |c| memberships::selected(c, account, of)).await
    }

    async fn policy(&self, id: PolicyId) -> Result<Option<Versioned<CustomPolicy>>, StoreError> {
        self.point(move |c| policies::by_id(c, id)).await
    }

    async fn policies(
        &self,
        filter: &PolicyFilter,
    ) -> Result<Vec<Versioned<CustomPolicy>>, StoreError> {
        let filter = filter.clone();
        self.scan(move |c| policies::selected(c, &filter)).await
    }

    async fn attachments(
        &self,
        filter: &AttachmentFilter,
    ) -> Result<Vec<Versioned<Attachment>>, StoreError> {
        let filter = filter.clone();
        self.scan(move |c| attachments::selected(c, &filter)).await
    }

    async fn attachment_count(
        &self,
        account: AccountId,
        policy: PolicyId,
    ) -> Result<u32, StoreError> {
        self.point(move |c| attachments::count(c, account, policy)).await
    }

    async fn attachment_counts(
        &self,
        account: AccountId,
        reach: Reach,
    ) -> Result<BTreeMap<PolicyId, u32>, StoreError> {
        self.scan(move |c| attachments::counts(c, account, reach)).await
    }

    async fn attached_policies(&self, user: UserId) -> Result<Vec<AttachedPolicy>, StoreError> {
        self.point(move |c| attachments::reaching(c, user)).await
    }

    async fn credential_by_access_key(
        &self,
        access: &str,
    ) -> Result<Option<Credential<AccessKey>>, StoreError> {
        let access = access.to_owned();
        self.point(move |c| access_keys::credential(c, &access)).await
    }

    async fn access_keys(&self, user: UserId) -> Result<Vec<Versioned<AccessKey>>, StoreError> {
        self.point(move |c| access_keys::of_user(c, user)).await
    }

    async fn temporary_session(
        &self,
        access: &str,
    ) -> Result<Option<TemporarySession>, StoreError> {
        let access = access.to_owned();
        self.point(move |c| temporary_keys::session(c, &access)).await
    }

    async fn temporary_keys(
        &self,
        user: UserId,
    ) -> Result<Vec<Versioned<TemporaryKey>>, StoreError> {
        self.point(move |c| temporary_keys::of_user(c, user)).await
    }

    async fn expired_temporary_keys(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Versioned<TemporaryKey>>, StoreError> {
        self.scan(move |c| temporary_keys::expired(c, before, limit)).await
    }

    async fn session_by_token(
        &self,
        digest: TokenDigest,
    ) -> Result<Option<Credential<Token>>, StoreError> {
        self.point(move |c| tokens::session(c, digest)).await
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

    async fn epoch(&self) -> Result<Option<Epoch>, StoreError> {
        self.epoch_within_a_second().await.map(Some)
    }

    async fn epoch_now(&self) -> Result<Option<Epoch>, StoreError> {
        self.epoch_at_this_moment().await.map(Some)
    }
}
