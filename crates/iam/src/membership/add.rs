//! Putting a user into a group.

use ledger::{Author, Changes, Counter, GroupId, Quota, UserId};

use crate::iam::{ATTEMPTS, Committed};
use crate::{Error, Iam, Membership, bounds};

impl Iam {
    /// Puts a user into a group, both of the author's account. Nothing happens where it is in it
    /// already.
    ///
    /// # Errors
    ///
    /// `Missing`, `QuotaReached`, `Conflict`.
    pub async fn add_member(
        &self,
        author: &Author,
        group: GroupId,
        user: UserId,
    ) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let found_group = self.own_group(author.account, group).await?;
            let found_user = self.own_user(author.account, user).await?;
            if self.is_member(author.account, group, user).await? {
                return Ok(());
            }
            let membership =
                Membership { group, user, account: author.account, created_at: self.now() };
            let id = self.new_change_id();
            let mut event = author.event(self.now(), "add_member", group);
            event.detail = Some(format!("user: {user}"));
            let changes = Changes::new(id, event)
                .by(author)
                .expect(found_group.value.row(), found_group.version)
                .expect(found_user.value.row(), found_user.version)
                .insert(membership)
                .add(
                    Counter::of_user(Quota::GroupsOfUser, user),
                    1,
                    bounds::most(Quota::GroupsOfUser),
                );
            if self.commit(id, changes).await? == Committed::Done {
                return Ok(());
            }
        }
        Err(Error::Conflict)
    }
}
