//! Looking at access keys.

use ledger::{AccountId, UserId, Versioned};

use super::AccessKey;
use crate::{Error, Iam, User};

impl Iam {
    /// The access keys of a user of `account`, oldest first. `UserUnknown` when it has no such
    /// user.
    pub async fn access_keys(
        &self,
        account: AccountId,
        user: UserId,
    ) -> Result<Vec<AccessKey>, Error> {
        let user = self.user_of(account, user).await?;
        let keys = self.directory().access_keys(user.value.id).await?;
        Ok(keys.into_iter().map(|key| key.value).collect())
    }

    /// An access key of a user of `account`. `AccessKeyNotFound` when it has none of this name.
    pub async fn access_key(&self, account: AccountId, access: &str) -> Result<AccessKey, Error> {
        self.key_of(account, access).await.map(|(key, _)| key.value)
    }

    /// The access key with its user.
    pub(super) async fn key_of(
        &self,
        account: AccountId,
        access: &str,
    ) -> Result<(Versioned<AccessKey>, Versioned<User>), Error> {
        self.directory()
            .credential_by_access_key(access)
            .await?
            .filter(|found| found.account.value.id == account)
            .map(|found| (found.credential, found.user))
            .ok_or_else(|| Error::AccessKeyNotFound(access.to_owned()))
    }

    /// The user of this identifier in `account`.
    pub(crate) async fn user_of(
        &self,
        account: AccountId,
        id: UserId,
    ) -> Result<Versioned<User>, Error> {
        let user = self.directory().user(id).await?;
        user.filter(|user| user.value.account == account)
            .ok_or_else(|| Error::UserUnknown(id.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::House;

    #[tokio::test]
    async fn keys_are_seen_within_their_account_alone() {
        let house = House::build().await;
        let (own, other) = (house.owner.account.id, house.other_account().await);

        let keys = house.iam.access_keys(own, house.owner.user.id).await.unwrap();
        assert_eq!(keys.len(), 1);
        assert_eq!(house.iam.access_key(own, &house.owner.access).await.unwrap(), keys[0]);

        let answer = house.iam.access_keys(own, other.user.id).await;
        assert!(matches!(answer, Err(Error::UserUnknown(_))));
        let answer = house.iam.access_key(own, &other.access).await;
        assert!(matches!(answer, Err(Error::AccessKeyNotFound(_))));
    }
}
