//! The versions of a policy.

use ledger::{Author, PolicyId};

use super::document::check_document;
use crate::bounds::POLICY_VERSIONS;
use crate::{CustomPolicy, Error, Iam, PolicyKind, PolicyVersion, Thing};

/// Whether a new version takes effect.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Activation {
    /// It is in force at once.
    InForce,
    /// It waits to be made the default.
    Waiting,
}

impl Iam {
    /// Adds a version to a policy of the author's account.
    ///
    /// # Errors
    ///
    /// `Missing`, `DocumentInvalid`, `Invalid` when the policy is a role, which has one version;
    /// `VersionsFull` when the policy has as many as it may; `Conflict`.
    pub async fn create_policy_version(
        &self,
        author: &Author,
        id: PolicyId,
        (document, activation): (String, Activation),
    ) -> Result<PolicyVersion, Error> {
        let now = self.now();
        let policy = self
            .replace_policy(author, id, "create_policy_version", |policy| {
                check_versioned(policy)?;
                check_document(policy.kind, &document)?;
                if policy.versions.len() >= POLICY_VERSIONS {
                    return Err(Error::VersionsFull { most: POLICY_VERSIONS });
                }
                let number = policy.latest_version.saturating_add(1);
                policy.latest_version = number;
                let document = document.clone();
                policy.versions.push(PolicyVersion { number, document, created_at: now });
                if activation == Activation::InForce {
                    policy.default_version = number;
                }
                Ok(format!("version: v{number}"))
            })
            .await?;
        own_version(&policy, policy.latest_version).cloned()
    }

    /// Puts another version of a policy in force.
    ///
    /// # Errors
    ///
    /// `Missing`, `Invalid`, `Conflict`.
    pub async fn set_default_policy_version(
        &self,
        author: &Author,
        id: PolicyId,
        number: u32,
    ) -> Result<CustomPolicy, Error> {
        self.replace_policy(author, id, "set_default_policy_version", |policy| {
            check_versioned(policy)?;
            policy.default_version = own_version(policy, number)?.number;
            Ok(format!("version: v{number}"))
        })
        .await
    }

    /// Deletes a version of a policy.
    ///
    /// # Errors
    ///
    /// `Missing`, `Invalid`, `StillUsed` when it is in force, `Conflict`.
    pub async fn delete_policy_version(
        &self,
        author: &Author,
        id: PolicyId,
        number: u32,
    ) -> Result<(), Error> {
        self.replace_policy(author, id, "delete_policy_version", |policy| {
            check_versioned(policy)?;
            own_version(policy, number)?;
            if policy.default_version == number {
                let name = format!("v{number}");
                return Err(Error::StillUsed { what: Thing::PolicyVersion, name, by: "in force" });
            }
            policy.versions.retain(|version| version.number != number);
            Ok(format!("version: v{number}"))
        })
        .await
        .map(drop)
    }
}

/// Refuses policies that have one version for ever.
fn check_versioned(policy: &CustomPolicy) -> Result<(), Error> {
    match policy.kind {
        PolicyKind::Identity => Ok(()),
        PolicyKind::AccountRole | PolicyKind::ProjectRole => {
            Err(Error::invalid("policy_id", "a policy of document version 1.1 has no versions"))
        }
    }
}

fn own_version(policy: &CustomPolicy, number: u32) -> Result<&PolicyVersion, Error> {
    let name = format!("v{number}");
    policy.version(number).ok_or(Error::Missing { what: Thing::PolicyVersion, name })
}
