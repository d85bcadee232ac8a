//! Finding policies of an account.

use ledger::{AccountId, PolicyId, Versioned};

use crate::policy::system_policies;
use crate::{CustomPolicy, Error, Iam, PolicyFilter, Thing};

impl Iam {
    /// The custom policy `id` of `account`.
    ///
    /// # Errors
    ///
    /// `Missing`, also when it is another account's.
    pub async fn custom_policy(
        &self,
        account: AccountId,
        id: PolicyId,
    ) -> Result<CustomPolicy, Error> {
        Ok(self.own_policy(account, id).await?.value)
    }

    /// The custom policies that `filter` selects, in the order of their identifiers.
    ///
    /// # Errors
    ///
    /// When the directory cannot be read.
    pub async fn custom_policies(&self, filter: &PolicyFilter) -> Result<Vec<CustomPolicy>, Error> {
        let policies = self.directory().policies(filter).await?;
        Ok(policies.into_iter().map(|policy| policy.value).collect())
    }

    pub(crate) async fn own_policy(
        &self,
        account: AccountId,
        id: PolicyId,
    ) -> Result<Versioned<CustomPolicy>, Error> {
        let found = self.directory().policy(id).await?;
        found
            .filter(|policy| policy.value.account == account)
            .ok_or_else(|| Error::Missing { what: Thing::Policy, name: id.to_string() })
    }

    /// Refuses a name that another policy of the account has, or one of the system: whoever
    /// attaches that one by its name would attach this one.
    pub(crate) async fn check_policy_name(&self, policy: &CustomPolicy) -> Result<(), Error> {
        let name = Some(policy.name.clone());
        let filter = PolicyFilter { name, limit: 1, ..PolicyFilter::of(policy.account) };
        let taken = self.directory().policies(&filter).await?;
        let is_systems = || {
            system_policies().iter().any(|system| system.name.eq_ignore_ascii_case(&policy.name))
        };
        if taken.iter().any(|taken| taken.value.id != policy.id) || is_systems() {
            return Err(Error::Exists { what: Thing::Policy, name: policy.name.clone() });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::House;
    use crate::{NewPolicy, PolicyChange, PolicyKind};

    #[tokio::test]
    async fn no_policy_takes_the_name_of_one_of_the_system() {
        let house = House::build().await;
        let author = house.author().await;
        let new = |name: &str| NewPolicy {
            name: name.to_owned(),
            description: String::new(),
            kind: PolicyKind::Identity,
            document: r#"{"Version":"5.0","Statement":[{"Effect":"Allow","Action":["*"]}]}"#
                .to_owned(),
        };
        let own = house.iam.create_policy(&author, new("own")).await.unwrap();

        for name in ["PCA ReadOnlyAccess", "pca readonlyaccess"] {
            let answer = house.iam.create_policy(&author, new(name)).await;
            assert!(matches!(answer, Err(Error::Exists { what: Thing::Policy, .. })), "{name}");
            let change = PolicyChange { name: Some(name.to_owned()), ..PolicyChange::default() };
            let answer = house.iam.update_policy(&author, own.id, change).await;
            assert!(matches!(answer, Err(Error::Exists { what: Thing::Policy, .. })), "{name}");
        }
    }
}
