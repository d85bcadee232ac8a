//! Looking at tokens, revoking and forgetting them.

use std::time::Duration;

use ledger::{Actor, AuditEvent, Changes, Origin, Outcome, Versioned};

use crate::iam::{ATTEMPTS, Committed};
use crate::{Caller, Credential, Error, Iam, Scope, Session, Shown, Token, token};

/// How many tokens are forgotten in one commit.
const BATCH: u32 = 500;
/// How long an expired token is kept, so that its owner is told that it expired.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

impl Iam {
    /// What the token `subject` (`X-Subject-Token`) stands for. `SubjectUnknown` when it is not
    /// valid or not of the caller's account.
    pub async fn validate_token(&self, caller: &Caller, subject: &str) -> Result<Session, Error> {
        let found = self.own_token(caller, subject).await?;
        let token = found.credential.value;
        let project = match token.scope {
            Scope::Domain => None,
            Scope::Project(id) => self.directory().project(id).await?.map(|found| found.value),
        };
        Ok(Session {
            account: found.account.value,
            user: found.user.value,
            project,
            methods: token.methods,
            issued_at: token.issued_at,
            expires_at: token.expires_at,
        })
    }

    /// Revokes the token `subject`: every later request that shows it is refused.
    /// `SubjectUnknown` as in [`Iam::validate_token`]; `TokenRevoked` or `AccessKeyUnknown` when
    /// the caller's own right has changed since it was authenticated.
    pub async fn revoke_token(&self, caller: &Caller, subject: &str) -> Result<(), Error> {
        let author = caller.author();
        for _ in 0..ATTEMPTS {
            let Versioned { value, version } = self.own_token(caller, subject).await?.credential;
            let row = value.row();
            let id = self.new_change_id();
            let event = author.event(self.now(), "revoke_token", value.digest);
            let mut changes = Changes::new(id, event).remove(row.clone(), version);
            // The caller's own token needs no expectation: it is what goes away.
            for expected in author.expectations.iter().filter(|expected| expected.row != row) {
                changes = changes.expect(expected.row.clone(), expected.version);
            }
            if self.commit(id, changes).await? == Committed::Done {
                return Ok(());
            }
        }
        // A token is never replaced, and one that is gone is unknown: what has changed is the
        // account, user or credential that the caller's right rests on.
        Err(match &caller.shown {
            Shown::Signature(access) | Shown::TemporarySignature(access) => {
                Error::AccessKeyUnknown(access.clone())
            }
            Shown::Token(_) => Error::TokenRevoked,
        })
    }

    /// Forgets tokens that expired a day ago or earlier; gives how many. For a job of the server.
    pub async fn forget_expired_tokens(&self) -> Result<usize, Error> {
        let before = self.now() - KEPT;
        let mut forgotten = 0;
        loop {
            let tokens = self.directory().expired_tokens(before, BATCH).await?;
            if tokens.is_empty() {
                return Ok(forgotten);
            }
            let id = self.new_change_id();
            let mut changes = Changes::new(id, self.forgotten(tokens.len()));
            for Versioned { value, version } in &tokens {
                changes = changes.remove(value.row(), *version);
            }
            if self.commit(id, changes).await? == Committed::Conflict {
                // Somebody else forgets them: the next time will do.
                return Ok(forgotten);
            }
            forgotten += tokens.len();
        }
    }

    async fn own_token(&self, caller: &Caller, subject: &str) -> Result<Credential<Token>, Error> {
        let found = self.directory().session_by_token(token::digest(subject)).await?;
        found
            .filter(|found| found.account.value.id == caller.account_id())
            .filter(|found| found.user.value.state.is_enabled())
            .filter(|found| found.credential.value.generation == found.user.value.generation)
            .filter(|found| self.now() < found.credential.value.expires_at)
            .ok_or(Error::SubjectUnknown)
    }

    fn forgotten(&self, count: usize) -> AuditEvent {
        let origin = Origin { actor: Actor::Server, address: None, request_id: String::new() };
        AuditEvent {
            at: self.now(),
            account: None,
            origin,
            action: "forget_expired_tokens",
            object: None,
            outcome: Outcome::Done,
            detail: None,
            count: u32::try_from(count).unwrap_or(u32::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{House, Mishap, client, local};
    use crate::{LocalSignIn, NewAccount, TokenText};

    async fn token(house: &House, account: &str) -> TokenText {
        let request = LocalSignIn { account: Some(account.to_owned()), ..LocalSignIn::default() };
        house.iam.issue_token(request, local()).await.unwrap().0
    }

    async fn caller(house: &House, text: &TokenText) -> Caller {
        house.iam.authenticate_token(text.expose(), client(1)).await.unwrap()
    }

    #[tokio::test]
    async fn a_token_shows_whose_it_is_and_until_when() {
        let house = House::build().await;
        let text = token(&house, "acme").await;
        let caller = caller(&house, &text).await;

        let session = house.iam.validate_token(&caller, text.expose()).await.unwrap();

        assert_eq!(session.account, house.owner.account);
        assert_eq!(session.user, house.owner.user);
        assert_eq!(session.expires_at, session.issued_at + Duration::from_secs(86_400));
    }

    #[tokio::test]
    async fn unknown_expired_and_foreign_tokens_look_the_same() {
        let house = House::build().await;
        house.iam.create_account(&NewAccount::new("other", "r"), &local()).await.unwrap();
        let short = LocalSignIn { lifetime: Some(Duration::ZERO), ..LocalSignIn::default() };
        let (expired, _) = house.iam.issue_token(short, local()).await.unwrap();
        let foreign = token(&house, "other").await;
        let caller = caller(&house, &token(&house, "acme").await).await;

        for subject in ["abc", expired.expose(), foreign.expose()] {
            let answer = house.iam.validate_token(&caller, subject).await;
            assert!(matches!(answer, Err(Error::SubjectUnknown)), "{subject}");
            let answer = house.iam.revoke_token(&caller, subject).await;
            assert!(matches!(answer, Err(Error::SubjectUnknown)), "{subject}");
        }
        assert!(house.iam.authenticate_token(foreign.expose(), client(1)).await.is_ok());
    }

    #[tokio::test]
    async fn a_revoked_token_is_refused_at_once_also_ones_own() {
        let house = House::build().await;
        let (own, other) = (token(&house, "acme").await, token(&house, "acme").await);
        let caller = caller(&house, &own).await;

        for text in [&other, &own] {
            house.iam.revoke_token(&caller, text.expose()).await.unwrap();

            assert_eq!(house.last_event().action, "revoke_token");
            let answer = house.iam.authenticate_token(text.expose(), client(1)).await;
            assert!(matches!(answer, Err(Error::TokenUnknown)));
        }
    }

    #[tokio::test]
    async fn nobody_acts_after_the_credential_is_gone() {
        let house = House::build().await;
        let (own, other) = (token(&house, "acme").await, token(&house, "acme").await);
        let late = caller(&house, &own).await;
        house.iam.revoke_token(&late, own.expose()).await.unwrap();

        let answer = house.iam.revoke_token(&late, other.expose()).await;

        assert!(matches!(answer, Err(Error::TokenRevoked)));
        assert!(house.iam.authenticate_token(other.expose(), client(1)).await.is_ok());
    }

    #[tokio::test]
    async fn a_lost_answer_to_a_revocation_is_looked_up() {
        for mishap in [Mishap::Conflict, Mishap::UnknownLost, Mishap::UnknownWritten] {
            let house = House::build().await;
            let text = token(&house, "acme").await;
            let caller = caller(&house, &text).await;
            house.provoke(std::slice::from_ref(&mishap));

            house.iam.revoke_token(&caller, text.expose()).await.unwrap();

            assert_eq!(house.directory.rows().tokens(), [], "{mishap:?}");
        }
    }

    #[tokio::test]
    async fn tokens_are_forgotten_a_day_after_they_expired() {
        let house = House::build().await;
        token(&house, "acme").await;
        token(&house, "acme").await;

        house.clock.advance(Duration::from_secs(48 * 3600));
        assert_eq!(house.iam.forget_expired_tokens().await.unwrap(), 0);
        house.clock.advance(Duration::from_millis(1));
        let kept = token(&house, "acme").await;
        assert_eq!(house.iam.forget_expired_tokens().await.unwrap(), 2);

        assert_eq!(house.last_event().count, 2);
        assert!(house.iam.authenticate_token(kept.expose(), client(1)).await.is_ok());
    }
}
