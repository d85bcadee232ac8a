//! Taking a user out of a group.

use ledger::{AccountId, Author, Changes, Counter, GroupId, Quota, UserId};

use crate::iam::{ATTEMPTS, Committed};
use crate::{Error, Iam, Membership, Thing};

impl Iam {
    /// Takes a user out of a group, both of the author's account.
    ///
    /// # Errors
    ///
    /// `Missing` when there is no such group or user, or the user is not in it; `Conflict`.
    pub async fn remove_member(
        &self,
        author: &Author,
        group: GroupId,
        user: UserId,
    ) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            self.own_group(author.account, group).await?;
            self.own_user(author.account, user).await?;
            let of = (Some(group), Some(user));
            let Some(found) = self.directory().memberships(author.account, of).await?.pop() else {
                let name = Membership::key(group, user);
                return Err(Error::Missing { what: Thing::Membership, name });
            };
            let id = self.new_change_id();
            let mut event = author.event(self.now(), "remove_member", group);
            event.detail = Some(format!("user: {user}"));
            let changes = Changes::new(id, event)
                .by(author)
                .remove(found.value.row(), found.version)
                .add(Counter::of_user(Quota::GroupsOfUser, user), -1, None);
            if self.commit(id, changes).await? == Committed::Done {
                return Ok(());
            }
        }
        Err(Error::Conflict)
    }

    /// Whether a user is in a group, within `account`.
    ///
    /// # Errors
    ///
    /// When the directory cannot be read.
    pub async fn is_member(
        &self,
        account: AccountId,
        group: GroupId,
        user: UserId,
    ) -> Result<bool, Error> {
        let of = (Some(group), Some(user));
        Ok(!self.directory().memberships(account, of).await?.is_empty())
    }
}
