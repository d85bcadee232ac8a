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
                changes = changes
                    .remove(membership.value.row(), membership.version)
                    .add(Counter::of_user(Quota::GroupsOfUser, id), -1, None);
            }
            for attachment in attachments {
                changes = changes
                    .remove(attachment.value.row(), attachment.version)
                    .add(Counter::of_user(Quota::PoliciesAttached, id), -1, None);
            }
            if self.commit(change_id, changes).await? == Committed::Done {
                return Ok(());
            }
        }
        Err(Error::Conflict)
    }
}
