//! Changing one's own password.

use ledger::AuditEvent;
use zeroize::Zeroizing;

use super::check_password;
use crate::address::Source;
use crate::sign_in::subject_of;
use crate::throttle::Verdict;
use crate::{Caller, Error, Iam};

/// A change of one's own password.
#[derive(Clone)]
pub struct PasswordChange {
    /// The password until now.
    pub original: Zeroizing<String>,
    /// The new one.
    pub password: Zeroizing<String>,
}

impl Iam {
    /// Changes the caller's own password, and in the same commit ends all its tokens and temporary
    /// access keys. Attempts are counted with those to sign in.
    ///
    /// # Errors
    ///
    /// `CredentialTemporary` when a temporary access key was shown; `PasswordUnfit`,
    /// `PasswordUnchanged`; `PasswordWrong` when the original one is not right or there is none;
    /// `PasswordLocked` after too many failures; `TooBusy`; `Conflict`.
    pub async fn change_password(
        &self,
        caller: &Caller,
        change: &PasswordChange,
    ) -> Result<(), Error> {
        let author = caller.lasting_author()?;
        check_password(&change.password, &caller.user.name)?;
        if change.password == change.original {
            return Err(Error::PasswordUnchanged);
        }
        if let Err(error) = self.check_original(caller, &change.original).await {
            if matches!(error, Error::PasswordWrong | Error::PasswordLocked) {
                let event = self.refusal("change_password", None, &author.origin, &error);
                let origin = author.origin.clone();
                let account = Some(author.account);
                self.tell_refusal(AuditEvent { origin, account, ..event }).await?;
            }
            return Err(error);
        }
        let turn = self.gate.enter(Source::of(author.origin.address)).await?;
        let hash = turn.hash(self.hashing(), change.password.clone()).await?;
        self.commit_password(author, caller.user_id(), &hash, "change_password").await
    }

    /// Whether this is the caller's password, throttled as a sign-in is.
    async fn check_original(
        &self,
        caller: &Caller,
        original: &Zeroizing<String>,
    ) -> Result<(), Error> {
        let source = Source::of(caller.author().origin.address);
        let subject = subject_of(&caller.user_id().to_string());
        // A place first: of those who are delayed there are no more than there are places.
        let place = self.gate.place(source)?;
        let delay = self.password_throttle.delay(subject, source, self.now());
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let turn = place.turn().await?;
        let verdict = self.password_throttle.verdict(subject, source, self.now());
        let hash = match verdict {
            Verdict::Open => caller.user.password_hash.clone(),
            Verdict::Locked => None,
        };
        if turn.verify(self.hashing(), original.clone(), hash).await?.is_right {
            self.password_throttle.succeeded(subject, source);
            return Ok(());
        }
        if verdict == Verdict::Locked {
            return Err(Error::PasswordLocked);
        }
        self.password_throttle.failed(subject, source, self.now());
        Err(Error::PasswordWrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{House, client, local};
    use crate::{LocalSignIn, TokenText};

    async fn caller(house: &House) -> (Caller, TokenText) {
        let (text, _) = house.iam.issue_token(LocalSignIn::default(), local()).await.unwrap();
        (house.iam.authenticate_token(text.expose(), client(1)).await.unwrap(), text)
    }

    fn change(original: &str, password: &str) -> PasswordChange {
        let text = |text: &str| Zeroizing::new(text.to_owned());
        PasswordChange { original: text(original), password: text(password) }
    }

    #[tokio::test]
    async fn who_knows_the_old_password_sets_a_new_one_and_loses_the_session() {
        let house = House::build().await;
        let (caller, text) = caller(&house).await;

        let wanted = change(&house.owner.password, "correct horse");
        house.iam.change_password(&caller, &wanted).await.unwrap();

        assert_eq!(house.last_event().action, "change_password");
        let answer = house.iam.authenticate_token(text.expose(), client(1)).await;
        assert!(matches!(answer, Err(Error::TokenRevoked)));
    }

    #[tokio::test]
    async fn guesses_are_counted_and_told() {
        let house = House::build().await;
        let (caller, _) = caller(&house).await;
        for _ in 0..5 {
            let answer =
                house.iam.change_password(&caller, &change("wrong", "correct horse")).await;
            assert!(matches!(answer, Err(Error::PasswordWrong)));
        }
        let event = house.last_event();
        assert_eq!((event.action, event.account), ("change_password", Some(caller.account_id())));
        assert_eq!(event.origin.actor, ledger::Actor::User(caller.user_id()));

        let right = change(&house.owner.password, "correct horse");
        let answer = house.iam.change_password(&caller, &right).await;
        assert!(matches!(answer, Err(Error::PasswordLocked)));
        assert_eq!(house.last_event().detail.as_deref(), Some("locked"));
    }

    #[tokio::test]
    async fn the_same_password_and_an_unfit_one_are_refused_before_anything_is_computed() {
        let house = House::build().await;
        let (caller, _) = caller(&house).await;
        let old = house.owner.password.as_str();

        let answer = house.iam.change_password(&caller, &change(old, old)).await;
        assert!(matches!(answer, Err(Error::PasswordUnchanged)));
        let answer = house.iam.change_password(&caller, &change(old, "short")).await;
        assert!(matches!(answer, Err(Error::PasswordUnfit(_))));
        assert_eq!(house.iam.gate.computed.load(std::sync::atomic::Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn a_session_from_before_a_change_does_not_change_it_again() {
        let house = House::build().await;
        let (late, _) = caller(&house).await;
        let old = house.owner.password.as_str();
        house.iam.change_password(&late, &change(old, "correct horse")).await.unwrap();

        let answer = house.iam.change_password(&late, &change(old, "battery staple")).await;

        assert!(matches!(answer, Err(Error::Conflict)));
    }
}
