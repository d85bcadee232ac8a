//! Giving a user a password.

use ledger::{Author, Changes, UserId};
use zeroize::Zeroizing;

use super::check_password;
use crate::address::Source;
use crate::iam::{ATTEMPTS, Committed};
use crate::sign_in::subject_of;
use crate::{Error, Iam, User};

impl Iam {
    /// Gives a user of the author's account a new password, and in the same commit ends all its
    /// tokens and temporary access keys; the locks of failed sign-ins are lifted. The
    /// caller has asked leave for it.
    ///
    /// # Errors
    ///
    /// `UserUnknown`, `PasswordUnfit`, `TooBusy`; `Conflict` when others change the user again and
    /// again.
    pub async fn set_password(
        &self,
        author: &Author,
        user: UserId,
        password: Zeroizing<String>,
    ) -> Result<(), Error> {
        let found = self.user_of(author.account, user).await?;
        check_password(&password, &found.value.name)?;
        let turn = self.gate.enter(Source::of(author.origin.address)).await?;
        let hash = turn.hash(self.hashing(), password).await?;
        self.commit_password(author, user, &hash, "set_password").await?;
        self.password_throttle.lift(subject_of(&user.to_string()));
        Ok(())
    }

    /// A new password for the local administrator to hand out: 24 letters and digits, 142 bits.
    pub fn generate_password(&self) -> Zeroizing<String> {
        crate::access_key::new_password(&*self.ports.random)
    }

    /// Makes `hash` the password's, and ends the user's sessions.
    pub(super) async fn commit_password(
        &self,
        author: &Author,
        user: UserId,
        hash: &str,
        action: &'static str,
    ) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let found = self.user_of(author.account, user).await?;
            let changed =
                User { password_hash: Some(hash.to_owned()), ..found.value.next_generation() };
            let id = self.new_change_id();
            let event = author.event(self.now(), action, user);
            let changes = Changes::new(id, event).by(author).replace(changed, found.version);
            if self.commit(id, changes).await? == Committed::Done {
                return Ok(());
            }
        }
        Err(Error::Conflict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{House, client, local};
    use crate::{LocalSignIn, Named, PasswordSignIn, UserChange};

    fn password(text: &str) -> Zeroizing<String> {
        Zeroizing::new(text.to_owned())
    }

    fn sign_in(text: &str) -> PasswordSignIn {
        PasswordSignIn {
            user: Named::Name("admin".to_owned()),
            domain: Some(Named::Name("acme".to_owned())),
            password: password(text),
            scope: None,
        }
    }

    #[tokio::test]
    async fn a_new_password_takes_the_place_of_the_old_one_and_ends_all_tokens() {
        let house = House::build().await;
        let (text, _) = house.iam.issue_token(LocalSignIn::default(), local()).await.unwrap();
        let (author, user) = house.iam.local_author(None, None, local()).await.unwrap();

        house.iam.set_password(&author, user.id, password("correct horse")).await.unwrap();

        assert_eq!(house.last_event().action, "set_password");
        let answer = house.iam.authenticate_token(text.expose(), client(1)).await;
        assert!(matches!(answer, Err(Error::TokenRevoked)));
        let old = house.iam.sign_in(sign_in(&house.owner.password), client(1)).await;
        assert!(matches!(old, Err(Error::PasswordWrong)));
        assert!(house.iam.sign_in(sign_in("correct horse"), client(1)).await.is_ok());
    }

    #[tokio::test]
    async fn an_administrators_new_password_lifts_the_users_locks() {
        let house = House::build().await;
        let (author, user) = house.iam.local_author(None, None, local()).await.unwrap();
        for (number, text) in ["correct horse", "battery staple"].into_iter().enumerate() {
            for _ in 0..5 {
                house.iam.sign_in(sign_in("wrong"), client(1)).await.err().unwrap();
            }
            let locked = house.iam.sign_in(sign_in("wrong"), client(1)).await;
            assert!(matches!(locked, Err(Error::PasswordLocked)), "{text}");

            if number == 0 {
                house.iam.set_password(&author, user.id, password(text)).await.unwrap();
            } else {
                // The author's proof is of before the first password.
                let (author, _) = house.iam.local_author(None, None, local()).await.unwrap();
                let change = UserChange { password: Some(password(text)), ..UserChange::default() };
                house.iam.update_user(&author, user.id, change).await.unwrap();
            }

            assert!(house.iam.sign_in(sign_in(text), client(1)).await.is_ok(), "{text}");
        }
    }

    #[tokio::test]
    async fn an_unfit_password_changes_nothing() {
        let house = House::build().await;
        let (author, user) = house.iam.local_author(None, None, local()).await.unwrap();

        let answer = house.iam.set_password(&author, user.id, password("short")).await;

        assert!(matches!(answer, Err(Error::PasswordUnfit(_))));
        assert_eq!(house.actions(), ["create_account"]);
    }

    #[tokio::test]
    async fn another_accounts_user_is_unknown() {
        let house = House::build().await;
        let other = house.other_account().await;
        let (author, _) = house.iam.local_author(Some("acme"), None, local()).await.unwrap();

        let answer = house.iam.set_password(&author, other.user.id, password("long enough")).await;

        assert!(matches!(answer, Err(Error::UserUnknown(_))));
    }
}
