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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewPolicy;
    use crate::testing::House;

    const FIRST: &str =
        r#"{"Version":"5.0","Statement":[{"Effect":"Allow","Action":["pca:ca:list"]}]}"#;
    const SECOND: &str =
        r#"{"Version":"5.0","Statement":[{"Effect":"Deny","Action":["pca:ca:list"]}]}"#;
    const ROLE: &str =
        r#"{"Version":"1.1","Statement":[{"Effect":"Allow","Action":["pca:ca:list"]}]}"#;

    async fn policy(house: &House, kind: PolicyKind, document: &str) -> CustomPolicy {
        let (name, document) = ("policy".to_owned(), document.to_owned());
        let new = NewPolicy { name, description: String::new(), kind, document };
        house.iam.create_policy(&house.author().await, new).await.unwrap()
    }

    #[tokio::test]
    async fn five_versions_are_kept_and_numbers_never_come_twice() {
        let house = House::build().await;
        let author = house.author().await;
        let id = policy(&house, PolicyKind::Identity, FIRST).await.id;
        let add = async |activation| {
            house.iam.create_policy_version(&author, id, (SECOND.to_owned(), activation)).await
        };
        for number in 2..=5 {
            assert_eq!(add(Activation::Waiting).await.unwrap().number, number);
        }

        assert!(matches!(add(Activation::Waiting).await, Err(Error::VersionsFull { most: 5 })));
        house.iam.delete_policy_version(&author, id, 5).await.unwrap();
        assert_eq!(add(Activation::InForce).await.unwrap().number, 6);

        let policy = house.iam.custom_policy(author.account, id).await.unwrap();
        let numbers: Vec<u32> = policy.versions.iter().map(|version| version.number).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 6]);
        assert_eq!(policy.document(), SECOND);
    }

    #[tokio::test]
    async fn the_version_in_force_stays_until_another_one_is() {
        let house = House::build().await;
        let author = house.author().await;
        let id = policy(&house, PolicyKind::Identity, FIRST).await.id;
        let second = (SECOND.to_owned(), Activation::Waiting);
        house.iam.create_policy_version(&author, id, second).await.unwrap();
        let policy = house.iam.custom_policy(author.account, id).await.unwrap();
        assert_eq!(policy.document(), FIRST);

        let refused = house.iam.delete_policy_version(&author, id, 1).await;
        assert!(matches!(refused, Err(Error::StillUsed { what: Thing::PolicyVersion, .. })));

        house.iam.set_default_policy_version(&author, id, 2).await.unwrap();
        house.iam.delete_policy_version(&author, id, 1).await.unwrap();
        let policy = house.iam.custom_policy(author.account, id).await.unwrap();
        assert_eq!(policy.document(), SECOND);
    }

    #[tokio::test]
    async fn a_role_has_one_version_and_a_document_of_its_own_language() {
        let house = House::build().await;
        let author = house.author().await;
        let id = policy(&house, PolicyKind::AccountRole, ROLE).await.id;

        let more = (ROLE.to_owned(), Activation::InForce);
        let refused = house.iam.create_policy_version(&author, id, more).await;
        assert!(matches!(refused, Err(Error::Invalid { field: "policy_id", .. })));
        let new = NewPolicy {
            name: "other".to_owned(),
            description: String::new(),
            kind: PolicyKind::Identity,
            document: ROLE.to_owned(),
        };
        let refused = house.iam.create_policy(&author, new).await;
        assert!(matches!(refused, Err(Error::DocumentInvalid(_))));
    }

    #[tokio::test]
    async fn unknown_versions_and_other_accounts_policies_are_missing() {
        let house = House::build().await;
        let author = house.author().await;
        let id = policy(&house, PolicyKind::Identity, FIRST).await.id;
        let answer = house.iam.set_default_policy_version(&author, id, 2).await;
        assert!(matches!(answer, Err(Error::Missing { what: Thing::PolicyVersion, .. })));

        let new = crate::NewAccount::new("stranger", "r");
        let stranger = house.iam.create_account(&new, &crate::testing::local()).await.unwrap();
        let author = Author { account: stranger.account.id, ..author };
        let answer = house.iam.set_default_policy_version(&author, id, 1).await;
        assert!(matches!(answer, Err(Error::Missing { what: Thing::Policy, .. })));
    }
}
