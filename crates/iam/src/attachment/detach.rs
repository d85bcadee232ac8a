//! Detaching a policy.

use std::collections::BTreeMap;

use ledger::{AccountId, Author, Changes, PolicyId};

use super::attach::counter;
use crate::iam::{ATTEMPTS, Committed};
use crate::{Attachment, AttachmentFilter, Error, Iam, Principal, Reach, Thing};

impl Iam {
    /// Detaches a policy from a user or group of the author's account; whom it reached feels it at
    /// once.
    ///
    /// # Errors
    ///
    /// `Missing` when there is no such user or group, or the policy is not attached to it within
    /// exactly this reach; `Conflict`.
    pub async fn detach_policy(
        &self,
        author: &Author,
        principal: Principal,
        (policy, reach): (PolicyId, Reach),
    ) -> Result<(), Error> {
        let account = author.account;
        for _ in 0..ATTEMPTS {
            self.own_principal(account, principal).await?;
            let to = AttachmentFilter {
                policy: Some(policy),
                ..AttachmentFilter::to(account, principal)
            };
            let found = self.directory().attachments(&to).await?;
            let Some(found) = found.into_iter().find(|found| found.value.reach == reach) else {
                let name = Attachment::key(principal, policy, reach);
                return Err(Error::Missing { what: Thing::Attachment, name });
            };
            let id = self.new_change_id();
            let mut event = author.event(self.now(), "detach_policy", policy);
            event.detail = Some(format!("{principal}, {reach}"));
            let changes = Changes::new(id, event)
                .by(author)
                .remove(found.value.row(), found.version)
                .add(counter(principal), -1, None);
            if self.commit(id, changes).await? == Committed::Done {
                return Ok(());
            }
        }
        Err(Error::Conflict)
    }

    /// What is attached to a user or group of `account` itself.
    ///
    /// # Errors
    ///
    /// `Missing` when there is no such user or group.
    pub async fn attachments_to(
        &self,
        account: AccountId,
        principal: Principal,
    ) -> Result<Vec<Attachment>, Error> {
        self.own_principal(account, principal).await?;
        let found = self.directory().attachments(&AttachmentFilter::to(account, principal)).await?;
        Ok(found.into_iter().map(|found| found.value).collect())
    }

    /// How often a policy, of `account` or of the system, is attached within `account`.
    ///
    /// # Errors
    ///
    /// When the directory cannot be read.
    pub async fn attachment_count(
        &self,
        account: AccountId,
        policy: PolicyId,
    ) -> Result<u32, Error> {
        Ok(self.directory().attachment_count(account, policy).await?)
    }

    /// How often each policy, of `account` or of the system, is attached within `account` in exactly
    /// this reach; those that are not are left out.
    ///
    /// # Errors
    ///
    /// When the directory cannot be read.
    pub async fn attachment_counts(
        &self,
        account: AccountId,
        reach: Reach,
    ) -> Result<BTreeMap<PolicyId, u32>, Error> {
        Ok(self.directory().attachment_counts(account, reach).await?)
    }

    /// To whom a policy, of `account` or of the system, is attached within `account`.
    ///
    /// # Errors
    ///
    /// When the directory cannot be read.
    pub async fn attachments_of(
        &self,
        account: AccountId,
        policy: PolicyId,
    ) -> Result<Vec<Attachment>, Error> {
        let found = self.directory().attachments(&AttachmentFilter::of(account, policy)).await?;
        Ok(found.into_iter().map(|found| found.value).collect())
    }
}
