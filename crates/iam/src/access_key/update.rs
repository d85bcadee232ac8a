//! Disabling, enabling and describing an access key.

use ledger::{Author, Changes};

use super::AccessKey;
use crate::iam::{ATTEMPTS, Committed};
use crate::{Error, Iam, State};

/// What is to change about an access key; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct AccessKeyChange {
    /// Whether it may be used.
    pub state: Option<State>,
    /// What it is for.
    pub description: Option<String>,
}

impl Iam {
    /// Changes an access key of the author's account. Disabling it ends its signatures, and in
    /// the same commit all tokens and temporary access keys of its user.
    ///
    /// # Errors
    ///
    /// `AccessKeyNotFound`; `Conflict` when others change it again and again.
    pub async fn update_access_key(
        &self,
        author: &Author,
        access: &str,
        change: &AccessKeyChange,
    ) -> Result<AccessKey, Error> {
        for _ in 0..ATTEMPTS {
            let (found, user) = self.key_of(author.account, access).await?;
            let key = AccessKey {
                state: change.state.unwrap_or(found.value.state),
                description: change
                    .description
                    .as_ref()
                    .unwrap_or(&found.value.description)
                    .clone(),
                ..found.value.clone()
            };
            let (action, ends_sessions) = match (found.value.state, key.state) {
                (State::Enabled, State::Disabled) => ("disable_access_key", true),
                (State::Disabled, State::Enabled) => ("enable_access_key", false),
                _ => ("update_access_key", false),
            };
            let id = self.new_change_id();
            let mut event = author.event(self.now(), action, access);
            event.detail = Some(format!("user: {}", user.value.id));
            let mut changes =
                Changes::new(id, event).by(author).replace(key.clone(), found.version);
            changes = if ends_sessions {
                changes.replace(user.value.next_generation(), user.version)
            } else {
                changes.expect(user.value.row(), user.version)
            };
            if self.commit(id, changes).await? == Committed::Done {
                return Ok(key);
            }
        }
        Err(Error::Conflict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LocalSignIn;
    use crate::testing::{House, client, local};

    fn state(state: State) -> AccessKeyChange {
        AccessKeyChange { state: Some(state), description: None }
    }

    #[tokio::test]
    async fn a_disabled_key_ends_its_users_tokens_and_an_enabled_one_brings_none_back() {
        let house = House::build().await;
        let author = house.author().await;
        let (text, _) = house.iam.issue_token(LocalSignIn::default(), local()).await.unwrap();
        let access = &house.owner.access;

        let disabled = state(State::Disabled);
        house.iam.update_access_key(&author, access, &disabled).await.unwrap();
        assert_eq!(house.last_event().action, "disable_access_key");
        let answer = house.iam.authenticate_token(text.expose(), client(1)).await;
        assert!(matches!(answer, Err(Error::TokenRevoked)));

        let author = house.author().await;
        let key = house.iam.update_access_key(&author, access, &state(State::Enabled)).await;
        assert_eq!(key.unwrap().state, State::Enabled);
        assert_eq!(house.last_event().action, "enable_access_key");
        let answer = house.iam.authenticate_token(text.expose(), client(1)).await;
        assert!(matches!(answer, Err(Error::TokenRevoked)));
    }

    #[tokio::test]
    async fn a_description_ends_nothing() {
        let house = House::build().await;
        let author = house.author().await;
        let (text, _) = house.iam.issue_token(LocalSignIn::default(), local()).await.unwrap();
        let change = AccessKeyChange { state: None, description: Some("deploys".to_owned()) };

        let access = &house.owner.access;
        let key = house.iam.update_access_key(&author, access, &change).await.unwrap();

        assert_eq!((key.state, key.description.as_str()), (State::Enabled, "deploys"));
        assert!(house.iam.authenticate_token(text.expose(), client(1)).await.is_ok());
    }

    #[tokio::test]
    async fn a_key_of_another_account_is_not_found() {
        let house = House::build().await;
        let author = house.author().await;
        let other = house.other_account().await;

        let change = state(State::Disabled);
        let answer = house.iam.update_access_key(&author, &other.access, &change).await;

        assert!(matches!(answer, Err(Error::AccessKeyNotFound(_))));
    }
}
