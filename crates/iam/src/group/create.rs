//! Making a group.

use ledger::{Author, Changes, Counter, GroupId, Quota};

use crate::iam::{ATTEMPTS, Committed};
use crate::naming::{check_description, check_name};
use crate::{Error, Group, Iam, bounds};

impl Iam {
    /// Makes a group in the author's account.
    ///
    /// # Errors
    ///
    /// `Invalid`, `Exists`, `QuotaReached`, `Conflict`.
    pub async fn create_group(
        &self,
        author: &Author,
        name: String,
        description: String,
    ) -> Result<Group, Error> {
        check_name("name", &name, bounds::NAME)?;
        check_description(&description)?;
        let group = Group {
            id: GroupId::generate(&*self.ports.clock, &*self.ports.random),
            account: author.account,
            name,
            description,
            created_at: self.now(),
        };
        for _ in 0..ATTEMPTS {
            self.check_group_name(&group).await?;
            let id = self.new_change_id();
            let mut event = author.event(self.now(), "create_group", group.id);
            event.detail = Some(format!("name: {}", group.name));
            let counter = Counter::of_account(Quota::Groups, author.account);
            let changes = Changes::new(id, event).by(author).insert(group.clone()).add(
                counter,
                1,
                bounds::most(Quota::Groups),
            );
            if self.commit(id, changes).await? == Committed::Done {
                return Ok(group);
            }
        }
        Err(Error::Conflict)
    }
}
