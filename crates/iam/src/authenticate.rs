//! Finding out who sends a request.

use std::sync::Arc;

use ledger::Origin;
use subtle::ConstantTimeEq;

use crate::address::Source;
use crate::throttle::Verdict;
use crate::{
    AccessKey, Account, Authorization, Caller, Credential, Error, Iam, SignedRequest,
    TemporarySession, Token, User, signature, token,
};

impl Iam {
    /// The caller that shows the token `text` (`X-Auth-Token`).
    pub async fn authenticate_token(&self, text: &str, origin: Origin) -> Result<Caller, Error> {
        let found = self.session_of_token(token::digest(text)).await?;
        let (error, claim) = match found {
            None => (Error::TokenUnknown, None),
            Some(found) if self.now() >= found.credential.value.expires_at => {
                let at = found.credential.value.expires_at;
                (Error::TokenExpired { at }, Some(found.user.value.name.clone()))
            }
            Some(found)
                if !may_sign_in(&found.user.value, &found.account.value) || is_outlived(&found) =>
            {
                (Error::TokenRevoked, Some(found.user.value.name.clone()))
            }
            Some(found) => return Ok(Caller::by_token((*found).clone(), origin)),
        };
        let refusal = self.refusal("authenticate", claim.as_deref(), &origin, &error);
        self.tell_refusal(refusal).await?;
        Err(error)
    }

    /// The caller that signed `request`, as [`Authorization::of`] says.
    ///
    /// Wrong signatures are counted against the access key and the client's address; too many in
    /// a row are `AccessKeyLocked` for five minutes. `TooBusy` for a wrong one when as many are
    /// delayed as may be.
    pub async fn authenticate_signature(
        &self,
        request: &SignedRequest<'_>,
        authorization: &Authorization,
        origin: Origin,
    ) -> Result<Caller, Error> {
        match self.find_signer(request, authorization, &origin).await {
            Ok(Signer::Permanent(found)) => Ok(Caller::by_access_key((*found).clone(), origin)),
            Ok(Signer::Temporary(found)) => Ok(Caller::by_temporary_key(*found, origin)),
            // Neither says anything of who asks.
            Err(error @ (Error::Internal(_) | Error::TooBusy)) => Err(error),
            Err(error) => {
                let claim = Some(authorization.access.as_str());
                let refusal = self.refusal("authenticate", claim, &origin, &error);
                self.tell_refusal(refusal).await?;
                Err(error)
            }
        }
    }

    /// Tells the audit trail of a request that shows no credential, or none that can be read:
    /// `error` says which.
    pub async fn tell_unproved(&self, error: &Error, origin: &Origin) -> Result<(), Error> {
        self.tell_refusal(self.refusal("authenticate", None, origin, error)).await
    }

    async fn find_signer(
        &self,
        request: &SignedRequest<'_>,
        authorization: &Authorization,
        origin: &Origin,
    ) -> Result<Signer, Error> {
        let now = self.now();
        signature::verify_date(request, authorization, now, self.settings.clock_skew)?;
        let access = &authorization.access;
        // Signed, or added behind the signature (Terraform): that the key is theirs shows the one,
        // that the session is, the other.
        let mut security_tokens = request.values("x-security-token");
        let signer = match (security_tokens.next(), security_tokens.next()) {
            (None, _) => Signer::Permanent(self.permanent(access).await?),
            (Some(token), None) => {
                Signer::Temporary(Box::new(self.temporary(access, token).await?))
            }
            (Some(_), Some(_)) => return Err(Error::SecurityTokenUnknown),
        };

        let (subject, source) = (token::digest(access).0, Source::of(origin.address));
        if self.access_key_throttle.verdict(subject, source, now) == Verdict::Locked {
            return Err(Error::AccessKeyLocked);
        }
        let secret = match &signer {
            Signer::Permanent(found) => found.credential.value.secret(&*self.ports.seal)?,
            Signer::Temporary(found) => found.key.value.secret(&*self.ports.seal)?,
        };
        let verified = signature::verify(request, authorization, &secret);
        match &verified {
            Ok(()) => self.access_key_throttle.succeeded(subject, source),
            Err(Error::SignatureWrong { .. }) => {
                self.access_key_throttle.failed(subject, source, now);
                // Only who is wrong waits: the key's owner must not suffer from guesses.
                let delay = self.access_key_throttle.delay(subject, source, now);
                if !delay.is_zero() {
                    // With a turn of the front-end: a few at a time.
                    let _place = self.delayed.try_acquire().map_err(|_| Error::TooBusy)?;
                    tokio::time::sleep(delay).await;
                }
            }
            Err(_) => {}
        }
        verified.map(|()| signer)
    }

    /// The permanent access key of this name, if it may be used.
    async fn permanent(&self, access: &str) -> Result<Arc<Credential<AccessKey>>, Error> {
        self.credential(access)
            .await?
            .filter(|found| found.credential.value.state.is_enabled())
            .filter(|found| may_sign_in(&found.user.value, &found.account.value))
            .ok_or_else(|| Error::AccessKeyUnknown(access.to_owned()))
    }

    /// The temporary access key of this name, if this is its security token and nothing has ended
    /// it. A permanent key has none: who sends one with it has mixed up credentials.
    async fn temporary(&self, access: &str, token: &[u8]) -> Result<TemporarySession, Error> {
        let found = self.directory().temporary_session(access).await?;
        let found = found
            .filter(|found| {
                let shown = token::digest_of(token);
                bool::from(shown.0.ct_eq(&found.key.value.security_token.0))
            })
            .ok_or(Error::SecurityTokenUnknown)?;
        let at = found.key.value.expires_at;
        if self.now() >= at {
            return Err(Error::TokenExpired { at });
        }
        let (user, account) = (&found.user.value, &found.account.value);
        if !may_sign_in(user, account) || found.token.value.generation != user.generation {
            return Err(Error::TokenRevoked);
        }
        Ok(found)
    }
}

/// Who has signed.
enum Signer {
    /// The holder of a permanent access key.
    Permanent(Arc<Credential<AccessKey>>),
    /// The holder of a temporary one.
    Temporary(Box<TemporarySession>),
}

/// Whether something has ended the user's sessions since the token was issued.
pub(crate) fn is_outlived(found: &Credential<Token>) -> bool {
    found.credential.value.generation != found.user.value.generation
}

/// Whether the user and its account may sign in.
pub(crate) fn may_sign_in(user: &User, account: &Account) -> bool {
    user.state.is_enabled() && account.state.is_enabled()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ledger::{Actor, Table};

    use super::*;
    use crate::testing::{House, client, local};
    use crate::{LocalSignIn, Shown, State};

    /// Signs a GET of `/v3/projects` at the house's first moment, as a client would.
    fn signed<'a>(house: &House, secret: &str) -> Vec<(&'a str, Vec<u8>)> {
        signed_with(&house.owner.access, secret)
    }

    fn signed_with<'a>(access: &str, secret: &str) -> Vec<(&'a str, Vec<u8>)> {
        let canonical = "GET\n/v3/projects/\n\nx-sdk-date:20260115T083000Z\n\nx-sdk-date\n\
                         e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, canonical.as_bytes());
        let text = format!("SDK-HMAC-SHA256\n20260115T083000Z\n{}", hex::encode(digest));
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.as_bytes());
        let signature = hex::encode(aws_lc_rs::hmac::sign(&key, text.as_bytes()));
        let authorization = format!(
            "SDK-HMAC-SHA256 Access={access}, SignedHeaders=x-sdk-date, Signature={signature}"
        );
        vec![
            ("x-sdk-date", b"20260115T083000Z".to_vec()),
            ("authorization", authorization.into_bytes()),
        ]
    }

    async fn judge(
        house: &House,
        headers: &[(&str, Vec<u8>)],
        origin: Origin,
    ) -> Result<Caller, Error> {
        let headers: Vec<(&str, &[u8])> =
            headers.iter().map(|(name, value)| (*name, value.as_slice())).collect();
        let request = SignedRequest {
            method: "GET",
            raw_path: "/v3/projects",
            raw_query: "",
            headers: &headers,
            body: b"",
        };
        let authorization = Authorization::of(&request)?.ok_or(Error::CredentialsMissing)?;
        house.iam.authenticate_signature(&request, &authorization, origin).await
    }

    fn right(house: &House) -> Vec<(&'static str, Vec<u8>)> {
        signed(house, &house.owner.secret)
    }

    #[tokio::test]
    async fn a_signature_proves_the_user_and_the_commits_rest_on_the_proof() {
        let house = House::build().await;

        let caller = judge(&house, &right(&house), client(1)).await.unwrap();

        assert_eq!(caller.user, house.owner.user);
        assert_eq!(caller.account, house.owner.account);
        assert_eq!(caller.scope, None);
        assert_eq!(caller.shown, Shown::Signature(house.owner.access.clone()));
        let author = caller.author();
        assert_eq!(author.origin.actor, Actor::User(house.owner.user.id));
        let tables: Vec<Table> = author.expectations.iter().map(|e| e.row.table).collect();
        assert_eq!(tables, [Table::Accounts, Table::Users, Table::AccessKeys]);
    }

    #[tokio::test]
    async fn a_date_too_far_away_is_refused() {
        let house = House::build().await;
        house.clock.advance(Duration::from_secs(901));

        let answer = judge(&house, &right(&house), client(1)).await;

        assert!(matches!(answer, Err(Error::DateOutOfRange)));
    }

    #[tokio::test]
    async fn a_key_is_unknown_when_it_or_its_user_or_account_is_disabled() {
        let house = House::build().await;
        let state = State::Disabled;
        let found = house.iam.directory().credential_by_access_key(&house.owner.access).await;
        let found = found.unwrap().unwrap();

        house.directory.rows().write(User { state, ..found.user.value.clone() });
        let answer = judge(&house, &right(&house), client(1)).await;
        assert!(matches!(answer, Err(Error::AccessKeyUnknown(_))));

        house.directory.rows().write(found.user.value);
        house.directory.rows().write(Account { state, ..found.account.value.clone() });
        let answer = judge(&house, &right(&house), client(1)).await;
        assert!(matches!(answer, Err(Error::AccessKeyUnknown(_))));

        house.directory.rows().write(found.account.value);
        house.directory.rows().write(AccessKey { state, ..found.credential.value.clone() });
        let answer = judge(&house, &right(&house), client(1)).await;
        assert!(matches!(answer, Err(Error::AccessKeyUnknown(_))));

        house.directory.rows().write(found.credential.value);
        assert!(judge(&house, &right(&house), client(1)).await.is_ok());
    }

    #[tokio::test]
    async fn a_security_token_with_a_permanent_key_is_refused() {
        let house = House::build().await;
        let mut headers = right(&house);
        headers.push(("x-security-token", b"abc".to_vec()));

        let answer = judge(&house, &headers, client(1)).await;

        assert!(matches!(answer, Err(Error::SecurityTokenUnknown)));
    }

    async fn temporary(house: &House) -> (crate::NewTemporaryKey, crate::TokenText) {
        let (text, _) = house.iam.issue_token(LocalSignIn::default(), local()).await.unwrap();
        let caller = house.iam.authenticate_token(text.expose(), client(1)).await.unwrap();
        let order = crate::TemporaryKeyOrder {
            token: None,
            lifetime: Duration::from_secs(800),
            policy: Some("{}".to_owned()),
        };
        (house.iam.create_temporary_key(&caller, &order).await.unwrap(), text)
    }

    fn with_token(new: &crate::NewTemporaryKey, token: &str) -> Vec<(&'static str, Vec<u8>)> {
        let mut headers = signed_with(&new.key.access, &new.secret);
        headers.push(("x-security-token", token.as_bytes().to_vec()));
        headers
    }

    #[tokio::test]
    async fn a_temporary_key_proves_its_user_and_the_commits_rest_on_it_and_its_token() {
        let house = House::build().await;
        let (new, _) = temporary(&house).await;

        let headers = with_token(&new, new.security_token.expose());
        let caller = judge(&house, &headers, client(1)).await.unwrap();

        assert_eq!(caller.user, house.owner.user);
        assert_eq!(caller.shown, Shown::TemporarySignature(new.key.access.clone()));
        assert_eq!(caller.session_policy.as_deref(), Some("{}"));
        let tables: Vec<Table> = caller.author().expectations.iter().map(|e| e.row.table).collect();
        let expected = [Table::Accounts, Table::Users, Table::TemporaryKeys, Table::Tokens];
        assert_eq!(tables, expected);
    }

    #[tokio::test]
    async fn a_temporary_key_is_nothing_without_its_own_security_token() {
        let house = House::build().await;
        let (new, _) = temporary(&house).await;
        let (other, _) = temporary(&house).await;

        let answer = judge(&house, &signed_with(&new.key.access, &new.secret), client(1)).await;
        assert!(matches!(answer, Err(Error::AccessKeyUnknown(_))));
        for token in ["", "abc", other.security_token.expose()] {
            let answer = judge(&house, &with_token(&new, token), client(1)).await;
            assert!(matches!(answer, Err(Error::SecurityTokenUnknown)), "{token}");
        }
        let mut twice = with_token(&new, new.security_token.expose());
        twice.push(("x-security-token", new.security_token.expose().as_bytes().to_vec()));
        let answer = judge(&house, &twice, client(1)).await;
        assert!(matches!(answer, Err(Error::SecurityTokenUnknown)));
    }

    #[tokio::test]
    async fn a_security_token_without_the_secret_is_a_wrong_signature() {
        let house = House::build().await;
        let (new, _) = temporary(&house).await;
        let mut headers = signed_with(&new.key.access, "another secret");
        headers.push(("x-security-token", new.security_token.expose().as_bytes().to_vec()));

        let answer = judge(&house, &headers, client(1)).await;

        assert!(matches!(answer, Err(Error::SignatureWrong { .. })));
    }

    #[tokio::test]
    async fn a_temporary_key_expires() {
        let house = House::build().await;
        let (new, _) = temporary(&house).await;
        let headers = with_token(&new, new.security_token.expose());

        house.clock.advance(Duration::from_millis(799_998));
        assert!(judge(&house, &headers, client(1)).await.is_ok());
        house.clock.advance(Duration::from_millis(2));
        let answer = judge(&house, &headers, client(1)).await;

        assert!(matches!(answer, Err(Error::TokenExpired { at }) if at == new.key.expires_at));
    }

    #[tokio::test]
    async fn what_ends_sessions_ends_temporary_keys_at_once() {
        let house = House::build().await;
        let (new, text) = temporary(&house).await;
        let headers = with_token(&new, new.security_token.expose());
        let user = house.owner.user.clone();

        house.directory.rows().write(User { state: State::Disabled, ..user.clone() });
        let answer = judge(&house, &headers, client(1)).await;
        assert!(matches!(answer, Err(Error::TokenRevoked)));
        house.directory.rows().write(user.next_generation());
        let answer = judge(&house, &headers, client(1)).await;
        assert!(matches!(answer, Err(Error::TokenRevoked)));

        house.directory.rows().write(user);
        let caller = judge(&house, &headers, client(1)).await.unwrap();
        house.iam.revoke_token(&caller, text.expose()).await.unwrap();
        let answer = judge(&house, &headers, client(1)).await;
        assert!(matches!(answer, Err(Error::SecurityTokenUnknown)), "its token is gone");
    }

    #[tokio::test]
    async fn five_wrong_signatures_lock_the_key_for_their_sender_for_five_minutes() {
        let house = House::build().await;
        let wrong = signed(&house, "another secret");
        for _ in 0..5 {
            let answer = judge(&house, &wrong, client(1)).await;
            assert!(matches!(answer, Err(Error::SignatureWrong { .. })));
        }

        let answer = judge(&house, &right(&house), client(1)).await;
        assert!(matches!(answer, Err(Error::AccessKeyLocked)));
        assert!(judge(&house, &right(&house), client(2)).await.is_ok());

        house.clock.advance(Duration::from_secs(5 * 60));
        assert!(judge(&house, &right(&house), client(1)).await.is_ok());
    }

    #[tokio::test]
    async fn a_right_signature_starts_the_count_anew() {
        let house = House::build().await;
        let wrong = signed(&house, "another secret");
        for _ in 0..3 {
            for _ in 0..4 {
                judge(&house, &wrong, client(1)).await.err().unwrap();
            }
            assert!(judge(&house, &right(&house), client(1)).await.is_ok());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn only_so_many_are_delayed_at_once_and_the_owner_is_none_of_them() {
        let house = Arc::new(House::build().await);
        for last in 1..=100 {
            judge(&house, &signed(&house, "another secret"), client(last)).await.err().unwrap();
        }
        let attempts: Vec<_> = (101..=150)
            .map(|last| {
                let house = Arc::clone(&house);
                tokio::spawn(async move {
                    let wrong = signed(&house, "another secret");
                    judge(&house, &wrong, client(last)).await.err().unwrap()
                })
            })
            .collect();
        tokio::task::yield_now().await;

        assert!(judge(&house, &right(&house), client(200)).await.is_ok());

        let mut too_busy = 0;
        for attempt in attempts {
            too_busy += usize::from(matches!(attempt.await.unwrap(), Error::TooBusy));
        }
        assert_eq!(too_busy, 50 - 32);
    }

    #[tokio::test(start_paused = true)]
    async fn failures_from_everywhere_delay_who_is_wrong_and_not_the_owner() {
        let house = House::build().await;
        let wrong = signed(&house, "another secret");
        for last in 1..=60 {
            judge(&house, &wrong, client(last)).await.err().unwrap();
        }

        let start = tokio::time::Instant::now();
        assert!(judge(&house, &right(&house), client(200)).await.is_ok());
        assert_eq!(start.elapsed(), Duration::ZERO);

        judge(&house, &wrong, client(201)).await.err().unwrap();
        assert!(start.elapsed() >= Duration::from_secs(2));
        assert!(start.elapsed() < Duration::from_secs(3));
    }

    #[tokio::test]
    async fn refused_signatures_are_told_with_the_key_and_folded() {
        let house = House::build().await;
        let wrong = signed(&house, "another secret");
        for _ in 0..3 {
            judge(&house, &wrong, client(1)).await.err().unwrap();
        }

        assert_eq!(house.actions(), ["create_account", "authenticate"]);
        let event = house.last_event();
        assert_eq!(event.origin.actor, Actor::Anonymous(Some(house.owner.access.clone())));
        assert_eq!(event.detail.as_deref(), Some("signature wrong"));
        house.iam.tell_all_refusals().await.unwrap();
        assert_eq!(house.last_event().count, 2);
    }

    #[tokio::test]
    async fn a_token_is_good_until_it_expires() {
        let house = House::build().await;
        let request =
            LocalSignIn { lifetime: Some(Duration::from_secs(60)), ..LocalSignIn::default() };
        let (text, session) = house.iam.issue_token(request, local()).await.unwrap();

        house.clock.advance(Duration::from_millis(59_999));
        let caller = house.iam.authenticate_token(text.expose(), client(1)).await.unwrap();
        assert_eq!(caller.shown, Shown::Token(text.digest()));

        house.clock.advance(Duration::from_millis(1));
        let answer = house.iam.authenticate_token(text.expose(), client(1)).await;
        assert!(matches!(answer, Err(Error::TokenExpired { at }) if at == session.expires_at));
    }

    #[tokio::test]
    async fn unknown_tokens_are_refused() {
        let house = House::build().await;

        for text in ["", "abc", &"0".repeat(64), "\u{8bc1}"] {
            let answer = house.iam.authenticate_token(text, client(1)).await;
            assert!(matches!(answer, Err(Error::TokenUnknown)), "{text}");
        }
        assert_eq!(house.actions(), ["create_account", "authenticate"]);
    }

    #[tokio::test]
    async fn a_disabled_user_or_account_revokes_its_tokens_at_once() {
        let house = House::build().await;
        let (text, _) = house.iam.issue_token(LocalSignIn::default(), local()).await.unwrap();
        let (user, account) = (house.owner.user.clone(), house.owner.account.clone());
        let state = State::Disabled;

        house.directory.rows().write(User { state, ..user.clone() });
        let answer = house.iam.authenticate_token(text.expose(), client(1)).await;
        assert!(matches!(answer, Err(Error::TokenRevoked)));

        house.directory.rows().write(user);
        house.directory.rows().write(Account { state, ..account });
        let answer = house.iam.authenticate_token(text.expose(), client(1)).await;
        assert!(matches!(answer, Err(Error::TokenRevoked)));
    }
}
