//! Deleting a group.

use ledger::{Author, Changes, Counter, GroupId, Quota};

use crate::iam::{ATTEMPTS, Committed};
use crate::{AttachmentFilter, Error, Iam, Principal};

impl Iam {
    /// Deletes a group of the author's account, with its memberships and attachments. Its users
    /// stay.
    ///
    /// # Errors
    ///
    /// `Missing`, `Conflict`.
    pub async fn delete_group(&self, author: &Author, id: GroupId) -> Result<(), Error> {
        let account = author.account;
        for _ in 0..ATTEMPTS {
            let group = self.own_group(account, id).await?;
            let memberships = self.directory().memberships(account, (Some(id), None)).await?;
            let of_group = AttachmentFilter::to(account, Principal::Group(id));
            let attachments = self.directory().attachments(&of_group).await?;

            let change_id = self.new_change_id();
            let mut event = author.event(self.now(), "delete_group", id);
            event.detail = Some(format!("name: {}", group.value.name));
            let mut changes = Changes::new(change_id, event)
                .by(author)
                .remove(group.value.row(), group.version)
                .add(Counter::of_account(Quota::Groups, account), -1, None);
            for membership in memberships {
                let user = membership.value.user;
                changes = changes.remove(membership.value.row(), membership.version).add(
                    Counter::of_user(Quota::GroupsOfUser, user),
                    -1,
                    None,
                );
            }
            for attachment in attachments {
                changes = changes.remove(attachment.value.row(), attachment.version).add(
                    Counter::of_group(Quota::PoliciesAttached, id),
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
