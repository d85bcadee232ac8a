//! Changing a user.

use ledger::{AuditEvent, Author, Changes, UserId};
use zeroize::Zeroizing;

use crate::address::Source;
use crate::iam::{ATTEMPTS, Committed};
use crate::naming::{check_description, check_name};
use crate::password::check_password;
use crate::sign_in::subject_of;
use crate::{Error, Iam, Standing, State, Thing, User, bounds};

/// What to change about a user; `None` stays.
#[derive(Clone, Default)]
pub struct UserChange {
    /// Its name.
    pub name: Option<String>,
    /// What is noted about it.
    pub description: Option<String>,
    /// Its password. Who gives one has leave for that, too.
    pub password: Option<Zeroizing<String>>,
    /// Whether it may sign in.
    pub state: Option<State>,
}

impl UserChange {
    /// Makes the change to `user`, with the hash of the new password.
    fn apply(self, hash: Option<&String>, user: &mut User) -> Result<(), Error> {
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
                *user = user.next_generation();
            }
            user.state = state;
        }
        if let Some(hash) = hash {
            *user = User { password_hash: Some(hash.clone()), ..user.next_generation() };
        }
        Ok(())
    }
}

impl Iam {
    /// Changes a user of the author's account, all at once or not at all. To disable one, or to
    /// give it a password, ends its sessions at once, for good; a password also lifts the locks of
    /// failed sign-ins.
    ///
    /// # Errors
    ///
    /// `Missing`, `Invalid`, `PasswordUnfit`, `TooBusy`, `Exists`, `OwnerProtected`, `Conflict`.
    pub async fn update_user(
        &self,
        author: &Author,
        id: UserId,
        change: UserChange,
    ) -> Result<User, Error> {
        let hash = self.changed_password(author, id, &change).await?;
        for _ in 0..ATTEMPTS {
            let found = self.own_user(author.account, id).await?;
            let mut user = found.value.clone();
            change.clone().apply(hash.as_ref(), &mut user)?;
            if user == found.value {
                return Ok(user);
            }
            let taken = self.directory().user_by_name(author.account, &user.name).await?;
            if taken.is_some_and(|taken| taken.value.id != id) {
                return Err(Error::Exists { what: Thing::User, name: user.name });
            }
            let change_id = self.new_change_id();
            let mut changes = Changes::new(change_id, self.told(author, &found.value, &user))
                .by(author)
                .replace(user.clone(), found.version);
            if hash.is_some() && !difference(&found.value, &user).is_empty() {
                changes = changes.tell(author.event(self.now(), "set_password", id));
            }
            if self.commit(change_id, changes).await? == Committed::Done {
                if hash.is_some() {
                    self.password_throttle.lift(subject_of(&id.to_string()));
                }
                return Ok(user);
            }
        }
        Err(Error::Conflict)
    }

    /// The hash of the password that `change` gives, if everything else about it can be done.
    async fn changed_password(
        &self,
        author: &Author,
        id: UserId,
        change: &UserChange,
    ) -> Result<Option<String>, Error> {
        let Some(password) = &change.password else { return Ok(None) };
        let mut user = self.own_user(author.account, id).await?.value;
        change.clone().apply(None, &mut user)?;
        check_password(password, &user.name)?;
        let turn = self.gate.enter(Source::of(author.origin.address)).await?;
        turn.hash(self.hashing(), password.clone()).await.map(Some)
    }

    /// What the audit trail is told: a change of nothing but the password is told as that.
    fn told(&self, author: &Author, old: &User, new: &User) -> AuditEvent {
        match difference(old, new) {
            nothing if nothing.is_empty() => author.event(self.now(), "set_password", new.id),
            difference => AuditEvent {
                detail: Some(difference),
                ..author.event(self.now(), "update_user", new.id)
            },
        }
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
