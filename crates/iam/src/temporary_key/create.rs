//! Making a temporary access key from a token.

use std::time::Duration;

use ledger::{AuditEvent, Changes, Versioned};
use zeroize::Zeroizing;

use super::{TEMPORARY_KEYS_OF_USER, TemporaryKey};
use crate::access_key::{free_slot, new_access, new_secret};
use crate::iam::{ATTEMPTS, Committed};
use crate::{Caller, Error, Iam, Shown, TokenDigest, TokenText, token};

/// The temporary access key to make.
#[derive(Clone)]
pub struct TemporaryKeyOrder {
    /// The text of the token to make it from; `None` is the one that the caller has shown.
    pub token: Option<Zeroizing<String>>,
    /// How long it is to live: as long as the token at most.
    pub lifetime: Duration,
    /// The policy document that narrows it, JSON, checked.
    pub policy: Option<String>,
}

/// A new temporary access key, with its secrets, which are told this once.
pub struct NewTemporaryKey {
    /// The key.
    pub key: TemporaryKey,
    /// Its secret.
    pub secret: Zeroizing<String>,
    /// The security token that must come with each signature.
    pub security_token: TokenText,
}

impl Iam {
    /// Makes a temporary access key of the caller's own user from a token: good for what the
    /// token is good for, and no longer than it.
    ///
    /// # Errors
    ///
    /// `CredentialTemporary` when the caller has shown a temporary key itself; `TokenMissing`
    /// when no token was named or shown; `SubjectUnknown` when the named one is no valid token of
    /// the caller's user; `TemporaryKeyLimit`; `Conflict`.
    pub async fn create_temporary_key(
        &self,
        caller: &Caller,
        order: &TemporaryKeyOrder,
    ) -> Result<NewTemporaryKey, Error> {
        let author = caller.lasting_author()?;
        let digest = match (&order.token, &caller.shown) {
            (Some(text), _) => token::digest(text),
            (None, Shown::Token(digest)) => *digest,
            (None, Shown::Signature(_) | Shown::TemporarySignature(_)) => {
                return Err(Error::TokenMissing);
            }
        };
        for _ in 0..ATTEMPTS {
            let (new, base, dead) = self.decide(caller, digest, order).await?;
            let id = self.new_change_id();
            let event = AuditEvent {
                detail: Some(format!("user: {}", new.key.user)),
                ..author.event(self.now(), "create_temporary_key", &new.key.access)
            };
            let mut changes = Changes::new(id, event)
                .by(author)
                .expect(base.value.row(), base.version)
                .insert(new.key.clone());
            for key in dead {
                changes = changes.remove(key.value.row(), key.version);
            }
            if self.commit(id, changes).await? == Committed::Done {
                return Ok(new);
            }
        }
        Err(Error::Conflict)
    }

    /// The key, the token that it rests on, and the keys that make room for it.
    async fn decide(
        &self,
        caller: &Caller,
        digest: TokenDigest,
        order: &TemporaryKeyOrder,
    ) -> Result<(NewTemporaryKey, Versioned<crate::Token>, Vec<Versioned<TemporaryKey>>), Error>
    {
        let now = self.now();
        let found = self.directory().session_by_token(digest).await?;
        let base = found
            .filter(|found| found.user.value.id == caller.user_id())
            .filter(|found| found.credential.value.generation == found.user.value.generation)
            .filter(|found| now < found.credential.value.expires_at)
            .ok_or(Error::SubjectUnknown)?
            .credential;

        let keys = self.directory().temporary_keys(caller.user_id()).await?;
        let (alive, dead): (Vec<_>, Vec<_>) =
            keys.into_iter().partition(|key| now < key.value.expires_at);
        let slot = free_slot(TEMPORARY_KEYS_OF_USER, alive.iter().map(|key| key.value.slot))
            .ok_or(Error::TemporaryKeyLimit)?;

        let random = &*self.ports.random;
        let (access, secret) = (new_access(random), new_secret(random));
        let security_token = TokenText::generate(random);
        let context = TemporaryKey::context(&access, caller.account_id());
        let key = TemporaryKey {
            token: digest,
            user: caller.user_id(),
            account: caller.account_id(),
            slot,
            sealed_secret: self.ports.seal.seal(secret.as_bytes(), &context)?,
            security_token: security_token.digest(),
            policy: order.policy.clone(),
            created_at: now,
            expires_at: (now + order.lifetime).min(base.value.expires_at),
            access,
        };
        Ok((NewTemporaryKey { key, secret, security_token }, base, dead))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{House, client, local};
    use crate::{LocalSignIn, RequestedScope, Scope};

    fn order(seconds: u64) -> TemporaryKeyOrder {
        TemporaryKeyOrder { token: None, lifetime: Duration::from_secs(seconds), policy: None }
    }

    async fn caller(house: &House, lifetime: u64) -> (Caller, TokenText) {
        let request = LocalSignIn {
            lifetime: Some(Duration::from_secs(lifetime)),
            scope: Some(RequestedScope::Project(crate::Named::Name("cn-north-4".to_owned()))),
            ..LocalSignIn::default()
        };
        let (text, _) = house.iam.issue_token(request, local()).await.unwrap();
        (house.iam.authenticate_token(text.expose(), client(1)).await.unwrap(), text)
    }

    #[tokio::test]
    async fn it_lives_as_long_as_asked_and_no_longer_than_its_token() {
        let house = House::build().await;
        let (caller, _) = caller(&house, 1000).await;

        let short = house.iam.create_temporary_key(&caller, &order(900)).await.unwrap();
        let long = house.iam.create_temporary_key(&caller, &order(86_400)).await.unwrap();

        let lives = |new: &NewTemporaryKey| new.key.expires_at.since(new.key.created_at).as_secs();
        assert_eq!((lives(&short), lives(&long)), (900, 1000));
        assert_eq!(house.last_event().action, "create_temporary_key");
        assert_eq!(house.last_event().object, Some(long.key.access));
    }

    #[tokio::test]
    async fn what_is_kept_tells_neither_secret_nor_security_token() {
        let house = House::build().await;
        let (caller, _) = caller(&house, 1000).await;

        let new = house.iam.create_temporary_key(&caller, &order(900)).await.unwrap();

        assert_eq!(new.key.security_token, new.security_token.digest());
        assert!(!format!("{:?}", new.key).contains(new.security_token.expose()));
        let opened = new.key.secret(&*house.iam.ports.seal).unwrap();
        assert_eq!(opened.as_slice(), new.secret.as_bytes());
    }

    #[tokio::test]
    async fn it_has_the_scope_of_its_token_and_cannot_make_lasting_credentials() {
        let house = House::build().await;
        let (caller, text) = caller(&house, 1000).await;
        let new = house.iam.create_temporary_key(&caller, &order(900)).await.unwrap();

        let found = house.directory.rows().temporary_session(&new.key.access).unwrap();
        let temporary = Caller::by_temporary_key(found, client(1));

        assert_eq!(temporary.scope, Some(Scope::Project(house.owner.project.id)));
        assert!(matches!(temporary.lasting_author(), Err(Error::CredentialTemporary)));
        let again = TemporaryKeyOrder {
            token: Some(Zeroizing::new(text.expose().to_owned())),
            ..order(900)
        };
        let answer = house.iam.create_temporary_key(&temporary, &again).await;
        assert!(matches!(answer, Err(Error::CredentialTemporary)));
    }

    #[tokio::test]
    async fn a_signature_must_name_a_token_of_its_own_user() {
        let house = House::build().await;
        let found = house.iam.directory().credential_by_access_key(&house.owner.access).await;
        let signer = Caller::by_access_key(found.unwrap().unwrap(), client(1));
        let named = |text: &str| TemporaryKeyOrder {
            token: Some(Zeroizing::new(text.to_owned())),
            ..order(900)
        };

        let answer = house.iam.create_temporary_key(&signer, &order(900)).await;
        assert!(matches!(answer, Err(Error::TokenMissing)));

        let other = house.other_account().await;
        let request =
            LocalSignIn { account: Some(other.account.name.clone()), ..LocalSignIn::default() };
        let (foreign, _) = house.iam.issue_token(request, local()).await.unwrap();
        for text in ["abc", foreign.expose()] {
            let answer = house.iam.create_temporary_key(&signer, &named(text)).await;
            assert!(matches!(answer, Err(Error::SubjectUnknown)), "{text}");
        }

        let (_, own) = caller(&house, 1000).await;
        assert!(house.iam.create_temporary_key(&signer, &named(own.expose())).await.is_ok());
    }

    #[tokio::test]
    async fn their_number_is_bounded_and_expired_ones_make_room() {
        let house = House::build().await;
        let (caller, _) = caller(&house, 86_400).await;
        for _ in 0..TEMPORARY_KEYS_OF_USER {
            house.iam.create_temporary_key(&caller, &order(900)).await.unwrap();
        }
        let answer = house.iam.create_temporary_key(&caller, &order(900)).await;
        assert!(matches!(answer, Err(Error::TemporaryKeyLimit)));

        house.clock.advance(Duration::from_secs(900));

        assert!(house.iam.create_temporary_key(&caller, &order(900)).await.is_ok());
        assert_eq!(house.directory.rows().temporary_keys().len(), 1);
    }
}
