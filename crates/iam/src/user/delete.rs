//! Deleting a user.

use ledger::{Author, Changes, Counter, Quota, UserId};

use crate::iam::{ATTEMPTS, Committed};
use crate::{AttachmentFilter, Error, Iam, Principal, Standing};

impl Iam {
    /// Deletes a user of the author's account, with its credentials, memberships and attachments.
    ///
    /// # Errors
    ///
    /// `Missing`, `OwnerProtected`, `Conflict`.
    pub async fn delete_user(&self, author: &Author, id: UserId) -> Result<(), Error> {
        let account = author.account;
        for _ in 0..ATTEMPTS {
            let user = self.own_user(account, id).await?;
            if user.value.standing == Standing::Owner {
                return Err(Error::OwnerProtected("deleted"));
            }
            let memberships = self.directory().memberships(account, (None, Some(id))).await?;
            let of_user = AttachmentFilter::to(account, Principal::User(id));
            let attachments = self.directory().attachments(&of_user).await?;

            let change_id = self.new_change_id();
            let mut event = author.event(self.now(), "delete_user", id);
            event.detail = Some(format!("name: {}", user.value.name));
            let mut changes = Changes::new(change_id, event)
                .by(author)
                .remove(user.value.row(), user.version)
                .add(Counter::of_account(Quota::Users, account), -1, None);
            for membership in memberships {
                changes = changes.remove(membership.value.row(), membership.version).add(
                    Counter::of_user(Quota::GroupsOfUser, id),
                    -1,
                    None,
                );
            }
            for attachment in attachments {
                changes = changes.remove(attachment.value.row(), attachment.version).add(
                    Counter::of_user(Quota::PoliciesAttached, id),
                    -1,
                    None,
                );
            }
            if self.commit(change_id, changes).await? == Committed::Done {
                return Ok(());
            }
        }
        Err(Error::Conflict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{House, Mishap};
    use crate::{NewUser, Thing};

    #[tokio::test]
    async fn the_owner_stays() {
        let house = House::build().await;

        let answer = house.iam.delete_user(&house.author().await, house.owner.user.id).await;

        assert!(matches!(answer, Err(Error::OwnerProtected("deleted"))));
    }

    #[tokio::test]
    async fn what_the_user_joined_meanwhile_goes_too() {
        let house = House::build().await;
        let author = house.author().await;
        let user = house.iam.create_user(&author, NewUser::new("jane")).await.unwrap();
        let group = house.iam.create_group(&author, "ops".into(), String::new()).await.unwrap();
        house.iam.add_member(&author, group.id, user.id).await.unwrap();
        let mut changed = user.clone();
        changed.description = "changed meanwhile".to_owned();
        house.provoke(&[Mishap::Overtaken(changed.into())]);

        house.iam.delete_user(&author, user.id).await.unwrap();

        let members = house.iam.is_member(author.account, group.id, user.id).await.unwrap();
        assert!(!members);
        let answer = house.iam.user(author.account, user.id).await;
        assert!(matches!(answer, Err(Error::Missing { what: Thing::User, .. })));
    }

    #[tokio::test]
    async fn who_is_overtaken_again_and_again_is_told_so() {
        let house = House::build().await;
        let author = house.author().await;
        let user = house.iam.create_user(&author, NewUser::new("jane")).await.unwrap();
        house.provoke(&vec![Mishap::Conflict; ATTEMPTS]);

        let answer = house.iam.delete_user(&author, user.id).await;

        assert!(matches!(answer, Err(Error::Conflict)));
        house.iam.user(author.account, user.id).await.unwrap();
    }
}
