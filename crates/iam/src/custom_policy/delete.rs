//! Deleting a policy.

use ledger::{Author, Changes, Counter, PolicyId, Quota};

use crate::iam::{ATTEMPTS, Committed};
use crate::{Error, Iam, Thing};

impl Iam {
    /// Deletes a policy of the author's account with all its versions.
    ///
    /// # Errors
    ///
    /// `Missing`, `StillUsed` while it is attached to somebody, `Conflict`.
    pub async fn delete_policy(&self, author: &Author, id: PolicyId) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let policy = self.own_policy(author.account, id).await?;
            if self.directory().attachment_count(author.account, id).await? > 0 {
                let (what, name) = (Thing::Policy, policy.value.name);
                return Err(Error::StillUsed { what, name, by: "attached" });
            }
            let change_id = self.new_change_id();
            let mut event = author.event(self.now(), "delete_policy", id);
            event.detail = Some(format!("name: {}", policy.value.name));
            let changes = Changes::new(change_id, event)
                .by(author)
                .remove(policy.value.row(), policy.version)
                .add(Counter::of_account(Quota::Policies, author.account), -1, None);
            if self.commit(change_id, changes).await? == Committed::Done {
                return Ok(());
            }
        }
        Err(Error::Conflict)
    }
}
