//! Finding users.

use ledger::{AccountId, UserId, Versioned};

use crate::{Error, Iam, Thing, User, UserFilter};

impl Iam {
    /// The user `id` of `account`.
    ///
    /// # Errors
    ///
    /// `Missing`, also when it is another account's.
    pub async fn user(&self, account: AccountId, id: UserId) -> Result<User, Error> {
        Ok(self.own_user(account, id).await?.value)
    }

    /// The users that `filter` selects, in the order of their identifiers.
    ///
    /// # Errors
    ///
    /// When the directory cannot be read.
    pub async fn users(&self, filter: &UserFilter) -> Result<Vec<User>, Error> {
        let users = self.directory().users_selected(filter).await?;
        Ok(users.into_iter().map(|user| user.value).collect())
    }

    pub(crate) async fn own_user(
        &self,
        account: AccountId,
        id: UserId,
    ) -> Result<Versioned<User>, Error> {
        let found = self.directory().user(id).await?;
        found
            .filter(|user| user.value.account == account)
            .ok_or_else(|| Error::Missing { what: Thing::User, name: id.to_string() })
    }
}
