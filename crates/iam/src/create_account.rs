//! Making an account with all it needs to be used.

use ledger::{
    AccountId, AuditEvent, ChangeId, Changes, CommitError, Origin, Outcome, ProjectId, UserId,
};
use zeroize::Zeroizing;

use crate::iam::{ATTEMPTS, Committed};
use crate::{AccessKey, Account, Error, Iam, Project, Record, Standing, State, User, access_key};

/// How many characters a name may have.
const MAX_NAME: usize = 64;

/// The account to make.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Its name.
    pub name: String,
    /// The name of its first user.
    pub user_name: String,
    /// The region after which its project is named, because clients look it up by that name.
    pub region: String,
}

impl NewAccount {
    /// An account of this name with the user `admin`.
    pub fn new(name: impl Into<String>, region: impl Into<String>) -> Self {
        Self { name: name.into(), user_name: "admin".to_owned(), region: region.into() }
    }

    fn check(&self) -> Result<(), Error> {
        let names = [
            ("the account's name", &self.name),
            ("the user's name", &self.user_name),
            ("the region", &self.region),
        ];
        for (what, name) in names {
            let length = name.chars().count();
            if !(1..=MAX_NAME).contains(&length)
                || name.trim() != name
                || name.contains(char::is_control)
            {
                return Err(Error::NameInvalid(what));
            }
        }
        Ok(())
    }
}

/// A new account, with the secrets that are shown this once.
pub struct Bootstrap {
    /// The account.
    pub account: Account,
    /// Its project.
    pub project: Project,
    /// Its user.
    pub user: User,
    /// The user's password.
    pub password: Zeroizing<String>,
    /// The name of the user's access key.
    pub access: String,
    /// The secret of the user's access key.
    pub secret: Zeroizing<String>,
}

impl Iam {
    /// Makes an account, and in the same commit its user, access key and project.
    pub async fn create_account(
        &self,
        new: &NewAccount,
        origin: &Origin,
    ) -> Result<Bootstrap, Error> {
        for _ in 0..ATTEMPTS {
            let id = self.new_change_id();
            let (changes, bootstrap) = self.prepare(id, new, origin).await?;
            if self.commit(id, changes).await? == Committed::Done {
                return Ok(bootstrap);
            }
        }
        Err(CommitError::Conflict.into())
    }

    /// Decides on an account without committing it, so that its change set can be merged with
    /// what else must become true with it. On `Conflict` prepare it again.
    pub async fn prepare_account(
        &self,
        new: &NewAccount,
        origin: &Origin,
    ) -> Result<(Changes<Record>, Bootstrap), Error> {
        self.prepare(self.new_change_id(), new, origin).await
    }

    async fn prepare(
        &self,
        id: ChangeId,
        new: &NewAccount,
        origin: &Origin,
    ) -> Result<(Changes<Record>, Bootstrap), Error> {
        new.check()?;
        if self.directory().account_by_name(&new.name).await?.is_some() {
            return Err(Error::AccountExists(new.name.clone()));
        }
        let (clock, random) = (&*self.ports.clock, &*self.ports.random);
        let (created_at, state) = (self.now(), State::Enabled);

        let account = Account {
            id: AccountId::generate(clock, random),
            name: new.name.clone(),
            state,
            created_at,
        };
        let project = Project {
            id: ProjectId::generate(clock, random),
            account: account.id,
            name: new.region.clone(),
            description: String::new(),
            state,
            created_at,
        };
        let password = access_key::new_password(random);
        let user = User {
            id: UserId::generate(clock, random),
            account: account.id,
            name: new.user_name.clone(),
            standing: Standing::Owner,
            description: String::new(),
            password_hash: Some(self.hash(password.clone()).await?),
            generation: 1,
            state,
            created_at,
        };
        let access = access_key::new_access(random);
        let secret = access_key::new_secret(random);
        let context = AccessKey::context(&access, account.id);
        let key = AccessKey {
            access: access.clone(),
            user: user.id,
            account: account.id,
            slot: 0,
            description: String::new(),
            sealed_secret: self.ports.seal.seal(secret.as_bytes(), &context)?,
            state,
            created_at,
        };

        let event = AuditEvent {
            at: created_at,
            account: Some(account.id),
            origin: origin.clone(),
            action: "create_account",
            object: Some(account.id.to_string()),
            outcome: Outcome::Done,
            detail: Some(format!("name: {}", account.name)),
            count: 1,
        };
        let changes = Changes::new(id, event)
            .insert(account.clone())
            .insert(project.clone())
            .insert(user.clone())
            .insert(key);
        Ok((changes, Bootstrap { account, project, user, password, access, secret }))
    }

    /// The PHC string of `password`, computed where it does not hold up other requests.
    async fn hash(&self, password: Zeroizing<String>) -> Result<String, Error> {
        let (cost, random) = self.hashing();
        tokio::task::spawn_blocking(move || cost.hash(&password, &*random))
            .await
            .map_err(Error::internal)?
    }
}

#[cfg(test)]
mod tests {
    use ledger::Actor;

    use super::*;
    use crate::testing::{House, Mishap, local};

    #[tokio::test]
    async fn an_account_has_a_user_a_key_and_a_project_named_after_the_region() {
        let house = House::build().await;
        let owner = &house.owner;

        assert_eq!((owner.account.name.as_str(), owner.user.name.as_str()), ("acme", "admin"));
        assert_eq!(owner.project.name, "cn-north-4");
        assert_eq!((owner.password.len(), owner.secret.len()), (24, 40));
        assert_eq!(owner.access.len(), 20);
        assert!(owner.access.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()));
        assert_eq!(house.actions(), ["create_account"]);
        assert_eq!(house.last_event().origin.actor, Actor::OperatingSystem(1000));
        assert_eq!(house.last_event().object, Some(owner.account.id.to_string()));
    }

    #[tokio::test]
    async fn a_second_account_of_the_same_name_is_refused() {
        let house = House::build().await;

        let answer = house.iam.create_account(&NewAccount::new("acme", "r"), &local()).await;

        assert!(matches!(answer, Err(Error::AccountExists(name)) if name == "acme"));
        assert_eq!(house.actions(), ["create_account"]);
    }

    #[tokio::test]
    async fn names_that_nobody_could_type_are_refused() {
        let house = House::build().await;

        for name in ["", " ", "a\n", " a", "a\u{7f}b", &"a".repeat(65)] {
            let answer = house.iam.create_account(&NewAccount::new(name, "r"), &local()).await;
            assert!(matches!(answer, Err(Error::NameInvalid(_))), "{name:?}");

            let answer = house.iam.create_account(&NewAccount::new("b", name), &local()).await;
            assert!(matches!(answer, Err(Error::NameInvalid(_))), "{name:?}");
        }
    }

    #[tokio::test]
    async fn a_conflict_is_decided_anew_and_a_lost_answer_is_looked_up() {
        for (mishap, events) in [
            (Mishap::Conflict, 2),
            (Mishap::UnknownLost, 2),
            // Written, so it is not written twice.
            (Mishap::UnknownWritten, 2),
        ] {
            let house = House::build().await;
            house.provoke(std::slice::from_ref(&mishap));

            let answer = house.iam.create_account(&NewAccount::new("other", "r"), &local()).await;

            assert_eq!(answer.unwrap().account.name, "other", "{mishap:?}");
            assert_eq!(house.actions().len(), events, "{mishap:?}");
        }
    }

    #[tokio::test]
    async fn endless_conflicts_and_a_broken_store_are_internal_errors() {
        for mishaps in [vec![Mishap::Conflict; ATTEMPTS], vec![Mishap::Failed]] {
            let house = House::build().await;
            house.provoke(&mishaps);

            let answer = house.iam.create_account(&NewAccount::new("other", "r"), &local()).await;

            assert!(matches!(answer, Err(Error::Internal(_))), "{mishaps:?}");
        }
    }

    #[tokio::test]
    async fn a_prepared_account_is_not_there_until_its_change_set_is_committed() {
        let house = House::build().await;

        let new = NewAccount::new("other", "r");
        let (changes, _) = house.iam.prepare_account(&new, &local()).await.unwrap();
        let directory = house.iam.directory();
        assert!(directory.account_by_name("other").await.unwrap().is_none());

        directory.commit(changes).await.unwrap();
        assert!(directory.account_by_name("other").await.unwrap().is_some());
    }
}
