//! Deleting an access key.

use ledger::{Author, Changes};

use crate::iam::{ATTEMPTS, Committed};
use crate::{Error, Iam};

impl Iam {
    /// Deletes an access key of the author's account, and in the same commit ends all tokens and
    /// temporary access keys of its user.
    ///
    /// # Errors
    ///
    /// `AccessKeyNotFound`; `Conflict` when others change it again and again.
    pub async fn delete_access_key(&self, author: &Author, access: &str) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let (found, user) = self.key_of(author.account, access).await?;
            let row = found.value.row();
            let id = self.new_change_id();
            let mut event = author.event(self.now(), "delete_access_key", access);
            event.detail = Some(format!("user: {}", user.value.id));
            let changes = Changes::new(id, event)
                .by(author)
                .remove(row, found.version)
                .replace(user.value.next_generation(), user.version);
            if self.commit(id, changes).await? == Committed::Done {
                return Ok(());
            }
        }
        Err(Error::Conflict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LocalSignIn;
    use crate::testing::{House, client, local};

    #[tokio::test]
    async fn a_deleted_key_is_gone_and_its_users_tokens_with_it() {
        let house = House::build().await;
        let author = house.author().await;
        let (text, _) = house.iam.issue_token(LocalSignIn::default(), local()).await.unwrap();

        house.iam.delete_access_key(&author, &house.owner.access).await.unwrap();

        assert_eq!(house.last_event().action, "delete_access_key");
        let answer = house.iam.access_key(house.owner.account.id, &house.owner.access).await;
        assert!(matches!(answer, Err(Error::AccessKeyNotFound(_))));
        let answer = house.iam.authenticate_token(text.expose(), client(1)).await;
        assert!(matches!(answer, Err(Error::TokenRevoked)));
    }

    #[tokio::test]
    async fn a_caller_can_delete_the_key_that_it_signs_with() {
        let house = House::build().await;
        let found = house.iam.directory().credential_by_access_key(&house.owner.access).await;
        let caller = crate::Caller::by_access_key(found.unwrap().unwrap(), client(1));

        house.iam.delete_access_key(caller.author(), &house.owner.access).await.unwrap();

        let late = house.iam.create_access_key(caller.author(), caller.user_id(), "").await;
        assert!(matches!(late, Err(Error::Conflict)), "a key that is gone makes another");
    }
}
