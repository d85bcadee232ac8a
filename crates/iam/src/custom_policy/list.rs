//! Finding policies of an account.

use ledger::{AccountId, PolicyId, Versioned};

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

    /// Refuses a name that another policy of the account has.
    pub(crate) async fn check_policy_name(&self, policy: &CustomPolicy) -> Result<(), Error> {
        let name = Some(policy.name.clone());
        let filter = PolicyFilter { name, limit: 1, ..PolicyFilter::of(policy.account) };
        let taken = self.directory().policies(&filter).await?;
        if taken.iter().any(|taken| taken.value.id != policy.id) {
            return Err(Error::Exists { what: Thing::Policy, name: policy.name.clone() });
        }
        Ok(())
    }
}
