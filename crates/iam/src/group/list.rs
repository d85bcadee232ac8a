//! Finding groups.

use ledger::{AccountId, GroupId, Versioned};

use crate::{Error, Group, GroupFilter, Iam, Thing};

impl Iam {
    /// The group `id` of `account`.
    ///
    /// # Errors
    ///
    /// `Missing`, also when it is another account's.
    pub async fn group(&self, account: AccountId, id: GroupId) -> Result<Group, Error> {
        Ok(self.own_group(account, id).await?.value)
    }

    /// The groups that `filter` selects, in the order of their identifiers.
    ///
    /// # Errors
    ///
    /// When the directory cannot be read.
    pub async fn groups(&self, filter: &GroupFilter) -> Result<Vec<Group>, Error> {
        let groups = self.directory().groups(filter).await?;
        Ok(groups.into_iter().map(|group| group.value).collect())
    }

    pub(crate) async fn own_group(
        &self,
        account: AccountId,
        id: GroupId,
    ) -> Result<Versioned<Group>, Error> {
        let found = self.directory().group(id).await?;
        found
            .filter(|group| group.value.account == account)
            .ok_or_else(|| Error::Missing { what: Thing::Group, name: id.to_string() })
    }

    /// Refuses a name that another group of the account has.
    pub(crate) async fn check_group_name(&self, group: &Group) -> Result<(), Error> {
        let name = Some(group.name.clone());
        let filter = GroupFilter { name, limit: 1, ..GroupFilter::of(group.account) };
        let taken = self.directory().groups(&filter).await?;
        if taken.iter().any(|taken| taken.value.id != group.id) {
            return Err(Error::Exists { what: Thing::Group, name: group.name.clone() });
        }
        Ok(())
    }
}
