//! Making a user.

use ledger::{Author, Changes, Counter, Quota, UserId};
use zeroize::Zeroizing;

use crate::address::Source;
use crate::iam::{ATTEMPTS, Committed};
use crate::naming::{check_description, check_name};
use crate::password::check_password;
use crate::{Error, Iam, Standing, State, Thing, User, bounds};

/// The user to make. It is a member: at first it may do nothing.
#[derive(Clone)]
pub struct NewUser {
    /// Its name.
    pub name: String,
    /// What to note about it.
    pub description: String,
    /// Its password; without one it signs requests only.
    pub password: Option<Zeroizing<String>>,
    /// Whether it may sign in.
    pub state: State,
}

impl NewUser {
    /// A user of this name that may sign in, without a password.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: String::new(),
            password: None,
            state: State::Enabled,
        }
    }
}

impl Iam {
    /// Makes a user in the author's account.
    ///
    /// # Errors
    ///
    /// `Invalid`, `PasswordUnfit`, `TooBusy`, `Exists`, `QuotaReached`, `Conflict`.
    pub async fn create_user(&self, author: &Author, new: NewUser) -> Result<User, Error> {
        check_name("name", &new.name, bounds::USER_NAME)?;
        check_description(&new.description)?;
        let password_hash = match new.password {
            Some(password) => {
                check_password(&password, &new.name)?;
                let turn = self.gate.enter(Source::of(author.origin.address)).await?;
                Some(turn.hash(self.hashing(), password).await?)
            }
            None => None,
        };
        let user = User {
            id: UserId::generate(&*self.ports.clock, &*self.ports.random),
            account: author.account,
            name: new.name,
            standing: Standing::Member,
            description: new.description,
            password_hash,
            generation: 1,
            state: new.state,
            created_at: self.now(),
        };
        for _ in 0..ATTEMPTS {
            if self.directory().user_by_name(author.account, &user.name).await?.is_some() {
                return Err(Error::Exists { what: Thing::User, name: user.name });
            }
            let id = self.new_change_id();
            let mut event = author.event(self.now(), "create_user", user.id);
            event.detail = Some(format!("name: {}", user.name));
            let counter = Counter::of_account(Quota::Users, author.account);
            let changes = Changes::new(id, event).by(author).insert(user.clone()).add(
                counter,
                1,
                bounds::most(Quota::Users),
            );
            if self.commit(id, changes).await? == Committed::Done {
                return Ok(user);
            }
        }
        Err(Error::Conflict)
    }
}
