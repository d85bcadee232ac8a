//! Access keys and passwords, administered locally.

use iam::{AccessKey, AccessKeyChange, Credential, NewAccessKey, State, User};
use ledger::{Author, Expectation, Origin};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::act::unreadable;
use super::event::rfc3339;
use super::request::Answer;
use super::secret::Secret;
use crate::accounts::of_iam;
use crate::failure::Failure;
use crate::installation::Installation;

/// How many characters a description has at most.
const DESCRIPTION: usize = 255;

/// What is to be done to a user's credentials.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CredentialOrder {
    /// The account's name; `None` is the first.
    pub(crate) account: Option<String>,
    /// The user's name; `None` is the account's first, or of a key that is named, its holder,
    /// whichever account that is in unless one is named.
    pub(crate) user: Option<String>,
    /// What to do.
    pub(crate) act: CredentialAct,
}

/// What is done.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum CredentialAct {
    /// Make an access key with this description.
    CreateKey {
        /// What it is for.
        description: String,
    },
    /// Delete the access key of this name.
    DeleteKey {
        /// Its name.
        access: String,
    },
    /// Disable the access key of this name.
    DisableKey {
        /// Its name.
        access: String,
    },
    /// Enable the access key of this name.
    EnableKey {
        /// Its name.
        access: String,
    },
    /// List the access keys.
    ListKeys,
    /// Set a password; without one it is made.
    SetPassword {
        /// The password.
        password: Option<Secret>,
    },
}

impl CredentialAct {
    /// The access key that it is done to.
    fn access(&self) -> Option<&str> {
        match self {
            Self::DeleteKey { access }
            | Self::DisableKey { access }
            | Self::EnableKey { access } => Some(access),
            Self::CreateKey { .. } | Self::ListKeys | Self::SetPassword { .. } => None,
        }
    }
}

/// An access key as the command line shows it.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct ShownKey {
    /// Its user's name.
    pub(crate) user_name: String,
    /// Its user.
    pub(crate) user_id: String,
    /// Its name.
    pub(crate) access_key: String,
    /// Its secret, only when it was just made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) secret_key: Option<Secret>,
    /// `active` or `inactive`.
    pub(crate) status: String,
    /// What it is for.
    pub(crate) description: String,
    /// When it was made, RFC 3339.
    pub(crate) created_at: String,
}

impl ShownKey {
    fn of(key: AccessKey, user: &User, secret: Option<Zeroizing<String>>) -> Self {
        let status = if key.state.is_enabled() { "active" } else { "inactive" };
        Self {
            user_name: user.name.clone(),
            user_id: user.id.to_string(),
            secret_key: secret.map(Secret),
            status: status.to_owned(),
            description: key.description,
            created_at: rfc3339(key.created_at),
            access_key: key.access,
        }
    }
}

impl Installation {
    /// Does what the local administrator asks of a user's credentials.
    pub(super) async fn credentials(
        &self,
        order: CredentialOrder,
        origin: Origin,
    ) -> Result<Answer, Failure> {
        let CredentialOrder { account, user, act } = order;
        let (author, user) = match (act.access(), &user) {
            (Some(access), None) => self.holder(account.as_deref(), access, origin).await?,
            _ => {
                let of = (account.as_deref(), user.as_deref());
                self.iam.local_author(of.0, of.1, origin).await.map_err(of_iam)?
            }
        };
        match act {
            CredentialAct::CreateKey { description } => {
                if description.chars().count() > DESCRIPTION
                    || description.chars().any(char::is_control)
                {
                    return Err(Failure::Invalid {
                        problem: "the description is not valid".to_owned(),
                        hint: "write one line of at most 255 characters",
                    });
                }
                let new = self.iam.create_access_key(&author, user.id, &description).await;
                let NewAccessKey { key, secret } = new.map_err(of_iam)?;
                let key = ShownKey::of(key, &user, Some(secret));
                Ok(Answer::AccessKeys { keys: vec![key] })
            }
            CredentialAct::DeleteKey { access } => {
                self.own_key(&author, &user, &access).await?;
                self.iam.delete_access_key(&author, &access).await.map_err(of_iam)?;
                self.held(&author, user).await
            }
            CredentialAct::DisableKey { access } => {
                self.set_key(&author, user, (&access, State::Disabled)).await
            }
            CredentialAct::EnableKey { access } => {
                self.set_key(&author, user, (&access, State::Enabled)).await
            }
            CredentialAct::ListKeys => {
                let keys = self.iam.access_keys(author.account, user.id).await.map_err(of_iam)?;
                let keys = keys.into_iter().map(|key| ShownKey::of(key, &user, None)).collect();
                Ok(Answer::AccessKeys { keys })
            }
            CredentialAct::SetPassword { password } => {
                let made = password.is_none().then(|| self.iam.generate_password());
                let wanted = match (password, &made) {
                    (Some(Secret(password)), _) => password,
                    (None, Some(made)) => made.clone(),
                    (None, None) => return Ok(Answer::Done),
                };
                self.iam.set_password(&author, user.id, wanted).await.map_err(of_iam)?;
                Ok(made.map_or(Answer::Done, |made| Answer::Password { password: Secret(made) }))
            }
        }
    }

    async fn set_key(
        &self,
        author: &Author,
        user: User,
        (access, state): (&str, State),
    ) -> Result<Answer, Failure> {
        self.own_key(author, &user, access).await?;
        let change = AccessKeyChange { state: Some(state), description: None };
        self.iam.update_access_key(author, access, &change).await.map_err(of_iam)?;
        self.held(author, user).await
    }

    /// Whose the access key is, in the account that is named or in any: its name is unique.
    async fn holder(
        &self,
        account: Option<&str>,
        access: &str,
        origin: Origin,
    ) -> Result<(Author, User), Failure> {
        if account.is_some() {
            self.account(account).await?;
        }
        let found = self.iam.directory().credential_by_access_key(access).await;
        let found = found.map_err(unreadable)?;
        let within = |name: &str| account.is_none_or(|wanted| wanted == name);
        let Credential { user, account, .. } = found
            .filter(|found| within(&found.account.value.name))
            .ok_or_else(|| of_iam(iam::Error::AccessKeyNotFound(access.to_owned())))?;
        let expectations = vec![Expectation { row: account.value.row(), version: account.version }];
        Ok((Author { account: account.value.id, origin, expectations }, user.value))
    }

    /// Says whose key it was.
    async fn held(&self, author: &Author, user: User) -> Result<Answer, Failure> {
        let account = self.iam.directory().account(author.account).await.map_err(unreadable)?;
        let account = account.map(|account| account.value.name).unwrap_or_default();
        Ok(Answer::KeyOf { user: user.name, account })
    }

    /// Refuses an access key that is another user's than the one named.
    async fn own_key(&self, author: &Author, user: &User, access: &str) -> Result<(), Failure> {
        let key = self.iam.access_key(author.account, access).await.map_err(of_iam)?;
        if key.user == user.id {
            Ok(())
        } else {
            Err(of_iam(iam::Error::AccessKeyNotFound(access.to_owned())))
        }
    }
}
