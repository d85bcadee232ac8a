//! Making an access key.

use ledger::{Author, Changes, UserId};
use zeroize::Zeroizing;

use super::{AccessKey, KEYS_OF_USER, free_slot, new_access, new_secret};
use crate::iam::{ATTEMPTS, Committed};
use crate::{Error, Iam, State};

/// A new access key, with its secret, which is told this once.
pub struct NewAccessKey {
    /// The access key.
    pub key: AccessKey,
    /// Its secret.
    pub secret: Zeroizing<String>,
}

impl Iam {
    /// Gives a user of the author's account one more access key.
    ///
    /// # Errors
    ///
    /// `UserUnknown`; `AccessKeyLimit` when it has two already; `Conflict` when others change it
    /// again and again.
    pub async fn create_access_key(
        &self,
        author: &Author,
        user: UserId,
        description: &str,
    ) -> Result<NewAccessKey, Error> {
        for _ in 0..ATTEMPTS {
            let user = self.user_of(author.account, user).await?;
            let keys = self.directory().access_keys(user.value.id).await?;
            let slot = free_slot(KEYS_OF_USER, keys.iter().map(|key| key.value.slot))
                .ok_or(Error::AccessKeyLimit)?;
            let random = &*self.ports.random;
            let (access, secret) = (new_access(random), new_secret(random));
            let context = AccessKey::context(&access, author.account);
            let key = AccessKey {
                user: user.value.id,
                account: author.account,
                slot,
                description: description.to_owned(),
                sealed_secret: self.ports.seal.seal(secret.as_bytes(), &context)?,
                state: State::Enabled,
                created_at: self.now(),
                access,
            };
            let id = self.new_change_id();
            let mut event = author.event(self.now(), "create_access_key", &key.access);
            event.detail = Some(format!("user: {}", user.value.id));
            let changes = Changes::new(id, event)
                .by(author)
                .expect(user.value.row(), user.version)
                .insert(key.clone());
            if self.commit(id, changes).await? == Committed::Done {
                return Ok(NewAccessKey { key, secret });
            }
        }
        Err(Error::Conflict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{House, Mishap};

    #[tokio::test]
    async fn a_user_has_two_keys_at_most() {
        let house = House::build().await;
        let author = house.author().await;
        let user = house.owner.user.id;

        let second = house.iam.create_access_key(&author, user, "second").await.unwrap();
        let third = house.iam.create_access_key(&author, user, "").await;

        assert!(matches!(third, Err(Error::AccessKeyLimit)));
        assert_eq!((second.key.slot, second.key.description.as_str()), (1, "second"));
        assert_eq!(second.secret.len(), 40);
        assert_eq!(house.last_event().action, "create_access_key");
        assert_eq!(house.last_event().object, Some(second.key.access));
    }

    #[tokio::test]
    async fn a_secret_is_kept_sealed_for_its_own_key() {
        let house = House::build().await;
        let author = house.author().await;

        let new = house.iam.create_access_key(&author, house.owner.user.id, "").await.unwrap();

        let opened = new.key.secret(&*house.iam.ports.seal).unwrap();
        assert_eq!(opened.as_slice(), new.secret.as_bytes());
        assert!(!format!("{:?}", house.last_event()).contains(new.secret.as_str()));
    }

    #[tokio::test]
    async fn another_accounts_user_is_unknown() {
        let house = House::build().await;
        let author = house.author().await;
        let other = house.other_account().await;

        let answer = house.iam.create_access_key(&author, other.user.id, "").await;

        assert!(matches!(answer, Err(Error::UserUnknown(_))));
    }

    #[tokio::test]
    async fn who_is_overtaken_again_and_again_is_told_so() {
        let house = House::build().await;
        let author = house.author().await;
        house.provoke(&[const { Mishap::Conflict }; ATTEMPTS]);

        let answer = house.iam.create_access_key(&author, house.owner.user.id, "").await;

        assert!(matches!(answer, Err(Error::Conflict)));
    }
}
