//! Changing a user.

use ledger::{Author, Changes, UserId};

use crate::iam::{ATTEMPTS, Committed};
use crate::naming::{check_description, check_name};
use crate::{Error, Iam, Standing, State, Thing, User, bounds};

/// What to change about a user; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    /// Its name.
    pub name: Option<String>,
    /// What is noted about it.
    pub description: Option<String>,
    /// Whether it may sign in.
    pub state: Option<State>,
}

impl UserChange {
    fn apply(self, user: &mut User) -> Result<(), Error> {
        if let Some(name) = self.name {
            check_name("name", &name, bounds::USER_NAME)?;
            user.name = name;
        }
        if let Some(description) = self.description {
            check_description(&description)?;
            user.description = description;
        }
        if let Some(state) = self.state {
            if state == State::Disabled && user.standing == Standing::Owner {
                return Err(Error::OwnerProtected("disabled"));
            }
            if state == State::Disabled && user.state == State::Enabled {
                // So that its sessions are not alive again when it is enabled.
                user.generation = user.generation.saturating_add(1);
            }
            user.state = state;
        }
        Ok(())
    }
}

impl Iam {
    /// Changes a user of the author's account. To disable one ends its sessions at once, for good.
    ///
    /// # Errors
    ///
    /// `Missing`, `Invalid`, `Exists`, `OwnerProtected`, `Conflict`.
    pub async fn update_user(
        &self,
        author: &Author,
        id: UserId,
        change: UserChange,
    ) -> Result<User, Error> {
        for _ in 0..ATTEMPTS {
            let found = self.own_user(author.account, id).await?;
            let mut user = found.value.clone();
            change.clone().apply(&mut user)?;
            if user == found.value {
                return Ok(user);
            }
            let taken = self.directory().user_by_name(author.account, &user.name).await?;
            if taken.is_some_and(|taken| taken.value.id != id) {
                return Err(Error::Exists { what: Thing::User, name: user.name });
            }
            let change_id = self.new_change_id();
            let mut event = author.event(self.now(), "update_user", id);
            event.detail = Some(difference(&found.value, &user));
            let changes =
                Changes::new(change_id, event).by(author).replace(user.clone(), found.version);
            if self.commit(change_id, changes).await? == Committed::Done {
                return Ok(user);
            }
        }
        Err(Error::Conflict)
    }
}

/// What was changed, for the audit trail.
fn difference(old: &User, new: &User) -> String {
    let mut parts = Vec::new();
    if old.name != new.name {
        parts.push(format!("name: {}", new.name));
    }
    if old.description != new.description {
        parts.push("description".to_owned());
    }
    if old.state != new.state {
        parts.push(if new.state.is_enabled() { "enabled" } else { "disabled" }.to_owned());
    }
    parts.join(", ")
}
