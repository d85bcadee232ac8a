//! Signing in with a password.

use ledger::{AccountId, Actor, AuditEvent, CommitError, Origin, UserId, Versioned};
use zeroize::Zeroizing;

use crate::address::Source;
use crate::iam::ATTEMPTS;
use crate::issue::Grant;
use crate::throttle::{Subject, Verdict};
use crate::{Account, Error, Iam, Method, Named, RequestedScope, Session, TokenText, User, token};

/// A sign-in with a password.
#[derive(Clone)]
pub struct PasswordSignIn {
    /// The user.
    pub user: Named,
    /// The user's account; may be absent when the user is given by its identifier.
    pub domain: Option<Named>,
    /// The password.
    pub password: Zeroizing<String>,
    /// What the token is to be good for; `None` is the user's account.
    pub scope: Option<RequestedScope>,
}

/// A user with its account, both enabled.
type Found = (Versioned<Account>, Versioned<User>);

impl Iam {
    /// Issues a token to who knows the password.
    ///
    /// `PasswordWrong` is the one cause for a wrong password and a user who is unknown or disabled,
    /// `PasswordLocked`, which is answered alike, after too many failures from this address; each
    /// costs one computation of a password hash. `TooBusy` when too many wait for theirs.
    pub async fn sign_in(
        &self,
        request: PasswordSignIn,
        origin: Origin,
    ) -> Result<(TokenText, Session), Error> {
        let (named, found) = self.find(&request).await?;
        // Whose trail tells of a failure: also of one with a name that the account has no user of.
        let account = named.or_else(|| found.as_ref().map(|(account, _)| account.value.id));
        let answer = self.sign_in_unlogged(&request, &origin, (named, found)).await;
        if let Err(error) = &answer
            && !matches!(error, Error::Internal(_))
        {
            let refusal = self.refusal("sign_in", Some(&claim(&request)), &origin, error);
            self.tell_refusal(AuditEvent { account, ..refusal }).await?;
        }
        answer
    }

    async fn sign_in_unlogged(
        &self,
        request: &PasswordSignIn,
        origin: &Origin,
        (named, found): (Option<AccountId>, Option<Found>),
    ) -> Result<(TokenText, Session), Error> {
        let source = Source::of(origin.address);
        let subject = subject(request, named, found.as_ref());

        // A place first: of those who are delayed there are no more than there are places.
        let place = self.gate.place(source)?;
        let delay = self.password_throttle.delay(subject, source, self.now());
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let turn = place.turn().await?;
        // Asked for only now, so that attempts sent at once cannot outrun the count.
        let verdict = self.password_throttle.verdict(subject, source, self.now());
        let hash = match verdict {
            Verdict::Open => found.as_ref().and_then(|(_, user)| user.value.password_hash.clone()),
            Verdict::Locked => None,
        };
        let verified = turn.verify(self.hashing(), request.password.clone(), hash).await?;

        let Some(mut found) = found.filter(|_| verified.is_right) else {
            if verdict == Verdict::Locked {
                return Err(Error::PasswordLocked);
            }
            self.password_throttle.failed(subject, source, self.now());
            return Err(Error::PasswordWrong);
        };
        self.password_throttle.succeeded(subject, source);

        for _ in 0..ATTEMPTS {
            let (account, user) = found.clone();
            let grant = Grant {
                project: self.scope(&account.value, request.scope.as_ref()).await?,
                account,
                user,
                method: Method::Password,
                lifetime: self.settings.token_lifetime,
                rehashed: verified.rehashed.clone(),
            };
            let actor = Actor::User(grant.user.value.id);
            if let Some(issued) = self.issue(&grant, "sign_in", actor, origin).await? {
                return Ok(issued);
            }
            // Somebody wrote to what the grant rests on: it still holds for the same password.
            found = self
                .find(request)
                .await?
                .1
                .filter(|(_, user)| user.value.id == grant.user.value.id)
                .filter(|(_, user)| is_same_password(&user.value, &grant.user.value))
                .ok_or(Error::PasswordWrong)?;
        }
        Err(CommitError::Conflict.into())
    }

    /// The account that the request names, and the user who is meant, each when there is one;
    /// the latter only when it may sign in.
    async fn find(
        &self,
        request: &PasswordSignIn,
    ) -> Result<(Option<AccountId>, Option<Found>), Error> {
        let directory = self.directory();
        let named = match &request.domain {
            Some(Named::Id(id)) => match id.parse::<AccountId>() {
                Ok(id) => directory.account(id).await?,
                Err(_) => None,
            },
            Some(Named::Name(name)) => directory.account_by_name(name).await?,
            None => None,
        };
        let user = match (&request.user, &named) {
            (Named::Id(id), _) => match id.parse::<UserId>() {
                Ok(id) => directory.user(id).await?,
                Err(_) => None,
            },
            (Named::Name(name), Some(account)) => {
                directory.user_by_name(account.value.id, name).await?
            }
            (Named::Name(_), None) => None,
        };
        let named_id = named.as_ref().map(|account| account.value.id);
        let Some(user) = user else { return Ok((named_id, None)) };
        let account = match (named, &request.domain) {
            (None, None) => directory.account(user.value.account).await?,
            (named, _) => named,
        };
        let found = account
            .filter(|account| account.value.id == user.value.account)
            .filter(|account| account.value.state.is_enabled() && user.value.state.is_enabled())
            .map(|account| (account, user));
        Ok((named_id, found))
    }
}

/// Whether the password of a user is still what it was: its hash may have been made anew at another
/// cost, while other sessions go on.
fn is_same_password(now: &User, then: &User) -> bool {
    now.password_hash == then.password_hash
        || (now.generation == then.generation && now.password_hash.is_some())
}

/// Who it claims to be: `user@domain`, as both were sent.
fn claim(request: &PasswordSignIn) -> String {
    let (Named::Id(user) | Named::Name(user)) = &request.user;
    match &request.domain {
        Some(Named::Id(domain) | Named::Name(domain)) => format!("{user}@{domain}"),
        None => user.clone(),
    }
}

/// Whom failures are counted against: the user, or what somebody took for one. However an account
/// is named it is the same one, for users who are there and for those who are not: otherwise the
/// delay would tell them apart.
fn subject(request: &PasswordSignIn, named: Option<AccountId>, found: Option<&Found>) -> Subject {
    let text = match (found, &request.user, named) {
        (Some((_, user)), ..) => user.value.id.to_string(),
        (None, Named::Id(id), _) => id.clone(),
        (None, Named::Name(name), Some(account)) => format!("{account} {name}"),
        (None, Named::Name(name), None) => format!("{:?} {name}", request.domain),
    };
    subject_of(&text)
}

/// Whom failures with the password of the user of this identifier are counted against.
pub(crate) fn subject_of(user: &str) -> Subject {
    token::digest(user).0
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;
    use std::time::Duration;

    use ledger::Outcome;

    use super::*;
    use crate::testing::{House, Mishap, client};
    use crate::{Scope, State};

    fn named(name: &str) -> Named {
        Named::Name(name.to_owned())
    }

    fn with_password(password: &str) -> PasswordSignIn {
        PasswordSignIn {
            user: named("admin"),
            domain: Some(named("acme")),
            password: Zeroizing::new(password.to_owned()),
            scope: None,
        }
    }

    fn right(house: &House) -> PasswordSignIn {
        with_password(&house.owner.password)
    }

    #[tokio::test]
    async fn the_right_password_gives_a_token_for_the_account_and_a_day() {
        let house = House::build().await;

        let (text, session) = house.iam.sign_in(right(&house), client(1)).await.unwrap();

        assert_eq!(text.expose().len(), 64);
        assert_eq!(session.account, house.owner.account);
        assert_eq!(session.user, house.owner.user);
        assert_eq!(session.project, None);
        assert_eq!(session.expires_at, session.issued_at + Duration::from_secs(86_400));
        assert_eq!(house.actions(), ["create_account", "sign_in"]);
        let event = house.last_event();
        assert_eq!(event.origin.actor, Actor::User(house.owner.user.id));
        assert_eq!(event.origin.address, client(1).address);
        assert_eq!(event.outcome, Outcome::Done);
    }

    #[tokio::test]
    async fn only_the_digest_of_a_token_is_kept() {
        let house = House::build().await;

        let (text, _) = house.iam.sign_in(right(&house), client(1)).await.unwrap();

        let tokens = house.directory.rows().tokens();
        assert_eq!(tokens.len(), 1);
        assert_eq!(tokens[0].value.digest, text.digest());
        assert!(!format!("{tokens:?}").contains(text.expose()));
    }

    #[tokio::test]
    async fn user_and_domain_may_be_given_by_identifier() {
        let house = House::build().await;
        let user = Named::Id(house.owner.user.id.to_string());
        let domain = Named::Id(house.owner.account.id.to_string());

        for domain in [None, Some(domain), Some(named("acme"))] {
            let request = PasswordSignIn { user: user.clone(), domain, ..right(&house) };

            assert!(house.iam.sign_in(request, client(1)).await.is_ok());
        }
    }

    #[tokio::test]
    async fn a_scope_is_a_project_of_the_account_or_the_account() {
        let house = House::build().await;
        let project = &house.owner.project;
        for named in [Named::Id(project.id.to_string()), Named::Name(project.name.clone())] {
            let scope = Some(RequestedScope::Project(named));
            let request = PasswordSignIn { scope, ..right(&house) };

            let (text, session) = house.iam.sign_in(request, client(1)).await.unwrap();

            assert_eq!(session.project.as_ref(), Some(project));
            let caller = house.iam.authenticate_token(text.expose(), client(1)).await.unwrap();
            assert_eq!(caller.scope, Some(Scope::Project(project.id)));
        }
        let scope = Some(RequestedScope::Domain(named("acme")));
        assert!(
            house.iam.sign_in(PasswordSignIn { scope, ..right(&house) }, client(1)).await.is_ok()
        );
    }

    #[tokio::test]
    async fn a_scope_of_somebody_else_is_refused() {
        let house = House::build().await;
        let foreign = crate::NewAccount::new("other", "cn-south-1");
        let foreign = house.iam.create_account(&foreign, &client(1)).await.unwrap();

        for scope in [
            RequestedScope::Project(named("cn-south-1")),
            RequestedScope::Project(Named::Id(foreign.project.id.to_string())),
            RequestedScope::Project(Named::Id("no identifier".to_owned())),
        ] {
            let request = PasswordSignIn { scope: Some(scope), ..right(&house) };
            let answer = house.iam.sign_in(request, client(1)).await;
            assert!(matches!(answer, Err(Error::ProjectUnknown(_))));
        }
        let scope = Some(RequestedScope::Domain(named("other")));
        let answer = house.iam.sign_in(PasswordSignIn { scope, ..right(&house) }, client(1)).await;
        assert!(matches!(answer, Err(Error::ScopeMismatch)));
    }

    #[tokio::test]
    async fn whoever_is_refused_looks_and_costs_the_same() {
        let house = House::build().await;
        let disabled = User { state: State::Disabled, ..house.owner.user.clone() };
        let cases: [(&str, PasswordSignIn, bool); 6] = [
            ("wrong password", with_password("wrong"), false),
            ("unknown user", PasswordSignIn { user: named("eve"), ..right(&house) }, false),
            ("unknown domain", PasswordSignIn { domain: Some(named("x")), ..right(&house) }, false),
            ("no domain", PasswordSignIn { domain: None, ..right(&house) }, false),
            ("no id", PasswordSignIn { user: Named::Id("x".to_owned()), ..right(&house) }, false),
            ("disabled", right(&house), true),
        ];

        for (count, (what, request, disable)) in cases.into_iter().enumerate() {
            if disable {
                house.directory.rows().write(disabled.clone());
            }
            let answer = house.iam.sign_in(request, client(1)).await;

            assert!(matches!(answer, Err(Error::PasswordWrong)), "{what}");
            assert_eq!(house.iam.gate.computed.load(Ordering::SeqCst), count + 1, "{what}");
        }
    }

    #[tokio::test]
    async fn after_five_failures_the_right_password_is_refused_from_there_only() {
        let house = House::build().await;
        for _ in 0..5 {
            house.iam.sign_in(with_password("wrong"), client(1)).await.err().unwrap();
        }

        let answer = house.iam.sign_in(right(&house), client(1)).await;
        assert!(matches!(answer, Err(Error::PasswordLocked)));
        assert_eq!(house.last_event().detail.as_deref(), Some("locked"));
        assert_eq!(house.iam.gate.computed.load(Ordering::SeqCst), 6);
        assert!(house.iam.sign_in(right(&house), client(2)).await.is_ok());

        house.clock.advance(Duration::from_secs(15 * 60));
        assert!(house.iam.sign_in(right(&house), client(1)).await.is_ok());
    }

    #[tokio::test]
    async fn attempts_sent_at_once_do_not_outrun_the_count() {
        let house = std::sync::Arc::new(House::build().await);
        let mut requests = vec![with_password("wrong"); 15];
        requests.push(right(&house));

        // They start, and pass the gate, in this order.
        let attempts: Vec<_> = requests
            .into_iter()
            .map(|request| {
                let house = std::sync::Arc::clone(&house);
                tokio::spawn(async move { house.iam.sign_in(request, client(1)).await.map(|_| ()) })
            })
            .collect();

        for (number, attempt) in attempts.into_iter().enumerate() {
            let answer = attempt.await.unwrap();
            let is_expected = match answer {
                Err(Error::PasswordLocked) => true,
                Err(Error::PasswordWrong) => number < 15,
                _ => false,
            };
            assert!(is_expected, "{number}: {answer:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn failures_from_everywhere_delay_the_owner_and_do_not_refuse() {
        let house = House::build().await;
        for last in 1..=100 {
            house.iam.sign_in(with_password("wrong"), client(last)).await.err().unwrap();
        }
        let start = tokio::time::Instant::now();

        assert!(house.iam.sign_in(right(&house), client(200)).await.is_ok());

        assert!(start.elapsed() >= Duration::from_secs(2));
        assert!(start.elapsed() < Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn many_names_from_one_address_delay_all_from_there_and_refuse_nobody() {
        let house = House::build().await;
        for number in 0..80 {
            let sprayed =
                PasswordSignIn { user: named(&format!("u{number}")), ..with_password("wrong") };
            house.iam.sign_in(sprayed, client(1)).await.err().unwrap();
        }

        let start = tokio::time::Instant::now();
        assert!(house.iam.sign_in(right(&house), client(2)).await.is_ok());
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert!(house.iam.sign_in(right(&house), client(1)).await.is_ok());
        assert!(start.elapsed() >= Duration::from_secs(2));
        assert!(start.elapsed() < Duration::from_secs(3));
    }

    #[tokio::test]
    async fn a_refusal_is_told_once_and_then_counted() {
        let house = House::build().await;
        for _ in 0..4 {
            house.iam.sign_in(with_password("wrong"), client(1)).await.err().unwrap();
        }
        assert_eq!(house.actions(), ["create_account", "sign_in"]);
        let event = house.last_event();
        assert_eq!(event.outcome, Outcome::Refused);
        assert_eq!(event.origin.actor, Actor::Anonymous(Some("admin@acme".to_owned())));
        assert_eq!((event.count, event.detail.as_deref()), (1, Some("password wrong")));

        house.iam.tell_folded_refusals().await.unwrap();
        assert_eq!(house.actions().len(), 2);
        house.clock.advance(Duration::from_secs(60));
        house.iam.tell_folded_refusals().await.unwrap();
        assert_eq!(house.last_event().count, 3);
    }

    #[tokio::test]
    async fn a_refusal_names_the_account_that_was_attacked_whether_or_not_it_has_the_user() {
        let house = House::build().await;
        let acme = Some(house.owner.account.id);
        let by_id = Named::Id(house.owner.user.id.to_string());
        let with = |user: Named, domain: Option<Named>| PasswordSignIn {
            user,
            domain,
            ..with_password("wrong")
        };
        for (request, account, claim) in [
            (with(named("admin"), Some(named("acme"))), acme, "admin@acme".to_owned()),
            (with(named("eve"), Some(named("acme"))), acme, "eve@acme".to_owned()),
            (with(named("admin"), Some(named("nosuch"))), None, "admin@nosuch".to_owned()),
            (with(by_id, None), acme, house.owner.user.id.to_string()),
            (
                with(named("a\r\n\u{1b}[2J"), Some(named(&"x".repeat(100)))),
                None,
                format!("a\u{fffd}\u{fffd}\u{fffd}[2J@{}", "x".repeat(56)),
            ),
        ] {
            let before = house.actions().len();
            house.iam.sign_in(request, client(1)).await.err().unwrap();

            // Each is a kind of its own: told at once.
            assert_eq!(house.actions().len(), before + 1, "{claim}");
            let event = house.last_event();
            assert_eq!(event.account, account, "{claim}");
            assert_eq!(event.origin.actor, Actor::Anonymous(Some(claim)));
        }
    }

    #[tokio::test]
    async fn a_refusal_that_could_not_be_told_is_told_later() {
        let house = House::build().await;
        house.provoke(&[Mishap::Failed]);
        let answer = house.iam.sign_in(with_password("wrong"), client(1)).await;
        assert!(matches!(answer, Err(Error::Internal(_))));
        house.iam.sign_in(with_password("wrong"), client(1)).await.err().unwrap();

        house.clock.advance(Duration::from_secs(60));
        house.provoke(&[Mishap::Failed]);
        assert!(house.iam.tell_folded_refusals().await.is_err());
        house.clock.advance(Duration::from_secs(60));
        house.iam.tell_folded_refusals().await.unwrap();

        assert_eq!(house.actions(), ["create_account", "sign_in"]);
        assert_eq!(house.last_event().count, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn the_delay_does_not_tell_whether_there_is_a_user() {
        for name in ["admin", "nobody"] {
            let house = House::build().await;
            let by_name = PasswordSignIn { user: named(name), ..with_password("wrong") };
            let domain = Some(Named::Id(house.owner.account.id.to_string()));
            let by_id = PasswordSignIn { domain, ..by_name.clone() };
            for last in 1..=60 {
                house.iam.sign_in(by_name.clone(), client(last)).await.err().unwrap();
            }
            let start = tokio::time::Instant::now();

            house.iam.sign_in(by_id, client(200)).await.err().unwrap();

            assert!(start.elapsed() >= Duration::from_secs(2), "{name}");
        }
    }

    #[tokio::test]
    async fn a_conflict_is_decided_anew_and_a_lost_answer_is_looked_up() {
        for mishap in [Mishap::Conflict, Mishap::UnknownLost, Mishap::UnknownWritten] {
            let house = House::build().await;
            house.provoke(std::slice::from_ref(&mishap));

            let (text, _) = house.iam.sign_in(right(&house), client(1)).await.unwrap();

            assert_eq!(house.directory.rows().tokens().len(), 1, "{mishap:?}");
            assert!(house.iam.authenticate_token(text.expose(), client(1)).await.is_ok());
        }
    }

    #[tokio::test]
    async fn nothing_is_issued_when_the_commit_fails() {
        let house = House::build().await;
        house.provoke(&[Mishap::Failed]);

        let answer = house.iam.sign_in(right(&house), client(1)).await;

        assert!(matches!(answer, Err(Error::Internal(_))));
        assert_eq!(house.directory.rows().tokens(), []);
    }

    #[tokio::test]
    async fn who_is_changed_during_the_sign_in_is_judged_anew() {
        let house = House::build().await;
        let user = house.owner.user.clone();
        let renamed = User { name: "root".to_owned(), ..user.clone() };
        let disabled = User { state: State::Disabled, ..user.clone() };
        let other_password = User { password_hash: Some(String::new()), ..user.next_generation() };
        let by_id = PasswordSignIn { user: Named::Id(user.id.to_string()), ..right(&house) };

        for (change, is_let_in) in [(renamed, true), (disabled, false), (other_password, false)] {
            house.directory.rows().write(user.clone());
            house.provoke(&[Mishap::Overtaken(change.clone().into())]);

            match house.iam.sign_in(by_id.clone(), client(1)).await {
                Ok((_, session)) => assert!(is_let_in && session.user == change),
                Err(error) => assert!(!is_let_in && matches!(error, Error::PasswordWrong)),
            }
        }
    }

    /// Another `Iam` over the same directory, whose passwords cost more.
    fn raised(house: &House) -> Iam {
        let password_cost = crate::PasswordCost { memory_kib: 64, passes: 2, lanes: 1 };
        let settings = crate::Settings { password_cost, ..house.iam.settings.clone() };
        Iam::new(house.iam.ports.clone(), settings)
    }

    async fn user_row(house: &House) -> Versioned<User> {
        house.iam.directory().user(house.owner.user.id).await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn a_cheap_hash_is_made_anew_at_the_next_sign_in_and_no_session_ends() {
        let house = House::build().await;
        let (earlier, _) = house.iam.sign_in(right(&house), client(1)).await.unwrap();
        let author = house.author().await;
        let before = user_row(&house).await;

        raised(&house).sign_in(right(&house), client(1)).await.unwrap();

        let after = user_row(&house).await;
        let hash = after.value.password_hash.clone().unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=2,p=1$"), "{hash}");
        assert_eq!(after.version, before.version);
        assert_eq!(after.value.generation, before.value.generation);
        assert!(house.iam.authenticate_token(earlier.expose(), client(1)).await.is_ok());
        // What was authenticated before goes on.
        assert!(house.iam.create_access_key(&author, after.value.id, "").await.is_ok());
        // And the password is the same.
        raised(&house).sign_in(right(&house), client(1)).await.unwrap();
        assert_eq!(user_row(&house).await, after);
    }

    #[tokio::test]
    async fn a_wrong_password_and_lowered_costs_leave_the_hash_alone() {
        let house = House::build().await;
        let before = user_row(&house).await;

        let answer = raised(&house).sign_in(with_password("wrong"), client(1)).await;
        assert!(matches!(answer, Err(Error::PasswordWrong)));
        assert_eq!(user_row(&house).await, before);

        raised(&house).sign_in(right(&house), client(1)).await.unwrap();
        let raised = user_row(&house).await;
        house.iam.sign_in(right(&house), client(1)).await.unwrap();
        assert_eq!(user_row(&house).await, raised);
    }

    #[tokio::test]
    async fn a_sign_in_that_meets_the_hash_of_another_goes_on() {
        let house = House::build().await;
        let user = house.owner.user.clone();
        let rehashed = User { password_hash: Some("$another".to_owned()), ..user };
        house.provoke(&[Mishap::Overtaken(rehashed.into())]);

        assert!(house.iam.sign_in(right(&house), client(1)).await.is_ok());
    }

    #[tokio::test]
    async fn a_user_without_a_password_does_not_sign_in_with_one() {
        let house = House::build().await;
        house.directory.rows().write(User { password_hash: None, ..house.owner.user.clone() });

        for password in ["", "correct horse"] {
            let answer = house.iam.sign_in(with_password(password), client(1)).await;
            assert!(matches!(answer, Err(Error::PasswordWrong)), "{password}");
        }
    }

    #[tokio::test]
    async fn no_token_for_an_account_or_project_that_was_disabled_meanwhile() {
        let house = House::build().await;
        let state = State::Disabled;
        let project = crate::Project { state, ..house.owner.project.clone() };
        let scope = Some(RequestedScope::Project(Named::Name(project.name.clone())));
        let request = PasswordSignIn { scope, ..right(&house) };

        house.provoke(&[Mishap::Overtaken(project.into())]);
        let answer = house.iam.sign_in(request, client(1)).await;
        assert!(matches!(answer, Err(Error::ProjectUnknown(_))));

        let account = Account { state, ..house.owner.account.clone() };
        house.provoke(&[Mishap::Overtaken(account.into())]);
        let answer = house.iam.sign_in(right(&house), client(1)).await;
        assert!(matches!(answer, Err(Error::PasswordWrong)));
        assert_eq!(house.directory.rows().tokens(), []);
    }
}
