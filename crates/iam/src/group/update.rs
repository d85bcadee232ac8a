//! Changing a group.

use ledger::{Author, Changes, GroupId};

use crate::iam::{ATTEMPTS, Committed};
use crate::naming::{check_description, check_name};
use crate::{Error, Group, Iam, bounds};

/// What to change about a group; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct GroupChange {
    /// Its name.
    pub name: Option<String>,
    /// What is noted about it.
    pub description: Option<String>,
}

impl Iam {
    /// Changes a group of the author's account.
    ///
    /// # Errors
    ///
    /// `Missing`, `Invalid`, `Exists`, `Conflict`.
    pub async fn update_group(
        &self,
        author: &Author,
        id: GroupId,
        change: GroupChange,
    ) -> Result<Group, Error> {
        if let Some(name) = &change.name {
            check_name("name", name, bounds::NAME)?;
        }
        if let Some(description) = &change.description {
            check_description(description)?;
        }
        for _ in 0..ATTEMPTS {
            let found = self.own_group(author.account, id).await?;
            let mut group = found.value.clone();
            group.name = change.name.clone().unwrap_or(group.name);
            group.description = change.description.clone().unwrap_or(group.description);
            if group == found.value {
                return Ok(group);
            }
            self.check_group_name(&group).await?;
            let change_id = self.new_change_id();
            let mut event = author.event(self.now(), "update_group", id);
            event.detail = Some(format!("name: {}", group.name));
            let changes =
                Changes::new(change_id, event).by(author).replace(group.clone(), found.version);
            if self.commit(change_id, changes).await? == Committed::Done {
                return Ok(group);
            }
        }
        Err(Error::Conflict)
    }
}
