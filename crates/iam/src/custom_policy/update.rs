//! Changing a policy.

use ledger::{AuditEvent, Author, Changes, PolicyId};

use super::document::check_document;
use crate::iam::{ATTEMPTS, Committed};
use crate::naming::{check_description, check_name};
use crate::{CustomPolicy, Error, Iam, bounds};

/// What to change about a policy; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct PolicyChange {
    /// Its name.
    pub name: Option<String>,
    /// What is noted about it.
    pub description: Option<String>,
    /// Its document, in the place of the one in force. What was in force before is not kept: that
    /// is what [`Iam::create_policy_version`] is for.
    pub document: Option<String>,
}

impl PolicyChange {
    fn apply(self, policy: &mut CustomPolicy) -> Result<(), Error> {
        if let Some(name) = self.name {
            check_name("name", &name, bounds::NAME)?;
            policy.name = name;
        }
        if let Some(description) = self.description {
            check_description(&description)?;
            policy.description = description;
        }
        if let Some(document) = self.document {
            check_document(policy.kind, &document)?;
            let default = policy.default_version;
            let in_force = policy.versions.iter_mut().find(|version| version.number == default);
            if let Some(version) = in_force {
                version.document = document;
            }
        }
        Ok(())
    }
}

impl Iam {
    /// Changes a policy of the author's account; whom it is attached to feels it at once.
    ///
    /// # Errors
    ///
    /// `Missing`, `Invalid`, `DocumentInvalid`, `Exists`, `Conflict`.
    pub async fn update_policy(
        &self,
        author: &Author,
        id: PolicyId,
        change: PolicyChange,
    ) -> Result<CustomPolicy, Error> {
        self.replace_policy(author, id, "update_policy", |policy| {
            change.clone().apply(policy)?;
            Ok(format!("name: {}", policy.name))
        })
        .await
    }

    /// Changes a policy as `change` does, which says for the audit trail what that was.
    pub(super) async fn replace_policy(
        &self,
        author: &Author,
        id: PolicyId,
        action: &'static str,
        change: impl Fn(&mut CustomPolicy) -> Result<String, Error>,
    ) -> Result<CustomPolicy, Error> {
        for _ in 0..ATTEMPTS {
            let found = self.own_policy(author.account, id).await?;
            let mut policy = found.value.clone();
            let detail = Some(change(&mut policy)?);
            if policy == found.value {
                return Ok(policy);
            }
            if policy.name != found.value.name {
                self.check_policy_name(&policy).await?;
            }
            policy.updated_at = self.now();
            let change_id = self.new_change_id();
            let event = AuditEvent { detail, ..author.event(self.now(), action, id) };
            let changes =
                Changes::new(change_id, event).by(author).replace(policy.clone(), found.version);
            if self.commit(change_id, changes).await? == Committed::Done {
                return Ok(policy);
            }
        }
        Err(Error::Conflict)
    }
}
