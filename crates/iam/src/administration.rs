//! What the local administrator may do without a credential.

use std::time::Duration;

use ledger::{AccountId, Author, CommitError, Expectation, Origin, Versioned};

use crate::iam::ATTEMPTS;
use crate::issue::Grant;
use crate::{Account, Error, Iam, Method, RequestedScope, Session, TokenText, User};

/// A token for the local administrator's own use: `cinnabar token`.
#[derive(Clone, Debug, Default)]
pub struct LocalSignIn {
    /// The account's name; `None` is the oldest account.
    pub account: Option<String>,
    /// The user's name; `None` is the account's oldest user.
    pub user: Option<String>,
    /// What the token is to be good for; `None` is the account.
    pub scope: Option<RequestedScope>,
    /// How long it lives; `None` is as long as one that was issued for a password.
    pub lifetime: Option<Duration>,
}

impl Iam {
    /// Issues a token without a password. The caller has made sure that `origin` is local.
    pub async fn issue_token(
        &self,
        request: LocalSignIn,
        origin: Origin,
    ) -> Result<(TokenText, Session), Error> {
        for _ in 0..ATTEMPTS {
            let account = self.local_account(request.account.as_deref()).await?;
            let user = self.local_user(account.value.id, request.user.as_deref()).await?;
            let grant = Grant {
                project: self.scope(&account.value, request.scope.as_ref()).await?,
                account,
                user,
                method: Method::Local,
                lifetime: request.lifetime.unwrap_or(self.settings.token_lifetime),
                rehashed: None,
            };
            let actor = origin.actor.clone();
            if let Some(issued) = self.issue(&grant, "issue_token", actor, &origin).await? {
                return Ok(issued);
            }
        }
        Err(CommitError::Conflict.into())
    }

    /// The author that the local administrator is when acting on a user of an account: the account
    /// of this name or the oldest, its user of this name or its oldest, disabled or not. The caller
    /// has made sure that `origin` is local.
    ///
    /// # Errors
    ///
    /// `AccountUnknown`, `UserUnknown`.
    pub async fn local_author(
        &self,
        account: Option<&str>,
        user: Option<&str>,
        origin: Origin,
    ) -> Result<(Author, User), Error> {
        let directory = self.directory();
        let account = match account {
            Some(name) => directory.account_by_name(name).await?,
            None => directory.accounts(1).await?.pop(),
        }
        .ok_or_else(|| Error::AccountUnknown(account.unwrap_or_default().to_owned()))?;
        let id = account.value.id;
        let user = match user {
            Some(name) => directory.user_by_name(id, name).await?,
            None => directory.users(id, 1).await?.pop(),
        }
        .ok_or_else(|| Error::UserUnknown(user.unwrap_or_default().to_owned()))?;
        let expectations = vec![Expectation { row: account.value.row(), version: account.version }];
        Ok((Author { account: id, origin, expectations }, user.value))
    }

    async fn local_account(&self, name: Option<&str>) -> Result<Versioned<Account>, Error> {
        let found = match name {
            Some(name) => self.directory().account_by_name(name).await?,
            None => self.directory().accounts(1).await?.pop(),
        };
        found
            .filter(|account| account.value.state.is_enabled())
            .ok_or_else(|| Error::AccountUnknown(name.unwrap_or_default().to_owned()))
    }

    async fn local_user(
        &self,
        account: AccountId,
        name: Option<&str>,
    ) -> Result<Versioned<User>, Error> {
        let found = match name {
            Some(name) => self.directory().user_by_name(account, name).await?,
            None => self.directory().users(account, 1).await?.pop(),
        };
        found
            .filter(|user| user.value.state.is_enabled())
            .ok_or_else(|| Error::UserUnknown(name.unwrap_or_default().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use ledger::Actor;

    use super::*;
    use crate::testing::{House, local};
    use crate::{Named, NewAccount};

    #[tokio::test]
    async fn without_names_the_oldest_account_and_user_are_meant() {
        let house = House::build().await;
        house.iam.create_account(&NewAccount::new("aaa", "r"), &local()).await.unwrap();

        let (_, session) = house.iam.issue_token(LocalSignIn::default(), local()).await.unwrap();

        assert_eq!(session.account, house.owner.account);
        assert_eq!(session.methods, [Method::Local]);
        let event = house.last_event();
        assert_eq!(event.action, "issue_token");
        assert_eq!(event.origin.actor, Actor::OperatingSystem(1000));
    }

    #[tokio::test]
    async fn account_user_scope_and_lifetime_can_be_chosen() {
        let house = House::build().await;
        let request = LocalSignIn {
            account: Some("acme".to_owned()),
            user: Some("admin".to_owned()),
            scope: Some(RequestedScope::Project(Named::Name("cn-north-4".to_owned()))),
            lifetime: Some(Duration::from_secs(5)),
        };

        let (_, session) = house.iam.issue_token(request, local()).await.unwrap();

        assert_eq!(session.project, Some(house.owner.project.clone()));
        assert_eq!(session.expires_at, session.issued_at + Duration::from_secs(5));
    }

    #[tokio::test]
    async fn missing_accounts_users_and_projects_are_named() {
        let house = House::build().await;
        let text = |text: &str| Some(text.to_owned());

        let request = LocalSignIn { account: text("x"), ..LocalSignIn::default() };
        let answer = house.iam.issue_token(request, local()).await;
        assert!(matches!(answer, Err(Error::AccountUnknown(name)) if name == "x"));

        let request = LocalSignIn { user: text("x"), ..LocalSignIn::default() };
        let answer = house.iam.issue_token(request, local()).await;
        assert!(matches!(answer, Err(Error::UserUnknown(name)) if name == "x"));

        let scope = Some(RequestedScope::Project(Named::Name("x".to_owned())));
        let request = LocalSignIn { scope, ..LocalSignIn::default() };
        let answer = house.iam.issue_token(request, local()).await;
        assert!(matches!(answer, Err(Error::ProjectUnknown(name)) if name == "x"));
    }
}
