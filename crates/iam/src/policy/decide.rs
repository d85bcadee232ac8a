//! The decision for one principal: which policies count, and in which circumstances.

use std::net::IpAddr;
use std::sync::Arc;

use ledger::ProjectId;

use super::evaluate::{InForce, Source, close_statements, evaluate, idle_names, may_be_allowed};
use super::{
    AccessLevel, Action, ConditionKey, Context, Decision, Fit, Flag, Grounds, Obstacle, Place,
    Question, ResourceType, Sphere, Urn,
};
use crate::kept::Attached;
use crate::{Account, AttachedPolicy, Caller, Error, Iam, Reach, Scope, Standing, User};

/// How often it is decided by what is kept, as long as that turns out to be outdated.
const ROUNDS_WITH_KEPT: usize = 2;

/// On whom is decided.
#[derive(Clone, Copy, Debug)]
pub struct Who<'a> {
    /// The account.
    pub account: &'a Account,
    /// The user.
    pub user: &'a User,
    /// What a token or temporary access key is good for.
    pub scope: Option<Scope>,
    /// The policy that narrows a temporary access key, JSON.
    pub session_policy: Option<&'a Arc<str>>,
    /// The address of the client.
    pub address: Option<IpAddr>,
}

impl<'a> From<&'a Caller> for Who<'a> {
    fn from(caller: &'a Caller) -> Self {
        Self {
            account: &caller.account,
            user: &caller.user,
            scope: caller.scope,
            session_policy: caller.session_policy.as_ref(),
            address: caller.author().origin.address,
        }
    }
}

impl Who<'_> {
    /// Whether nothing is denied to them, but what their credential is not good for: an owner whom
    /// no temporary access key narrows.
    pub fn may_everything(&self) -> bool {
        self.user.standing == Standing::Owner && self.session_policy.is_none()
    }
}

/// What an action is done to, as far as policies can ask.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// The identifier of the resource; without one it is whatever resource of the action's type.
    pub id: Option<String>,
    /// The project in which it is done, for actions of [`Sphere::Project`].
    pub project: Option<ProjectId>,
    /// The enterprise project of the resource, or the one asked for.
    pub enterprise_project: Option<String>,
    /// The tags of the resource.
    pub resource_tags: Vec<(String, String)>,
    /// The tags that the request gives.
    pub request_tags: Vec<(String, String)>,
    /// The common name of the subject that a certificate is asked for.
    pub common_name: Option<String>,
}

impl Target {
    /// Whatever resource of the action's type.
    pub fn any() -> Self {
        Self::default()
    }

    /// The resource `id`.
    pub fn one(id: impl ToString) -> Self {
        Self { id: Some(id.to_string()), ..Self::default() }
    }

    /// Within a project.
    pub fn in_project(project: ProjectId) -> Self {
        Self { project: Some(project), ..Self::default() }
    }
}

/// A decision with all that bears on it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// The statements about the action, with how far each goes.
    pub statements: Vec<(Place, Fit)>,
    /// The names of attached policies that do not count here, with where they do.
    pub elsewhere: Vec<(String, Reach)>,
    /// The statements that name actions which this server does not have, with those names.
    pub idle: Vec<(Place, Vec<String>)>,
}

/// The policies that count, and the names of those that count elsewhere, with where.
type Counted = (Vec<InForce>, Vec<(String, Reach)>);

impl Iam {
    /// Whether `who` may do `action` to `target`. An owner may everything, and costs no read,
    /// unless a temporary access key narrows them. Nobody else changes an owner or its credentials,
    /// whatever policies say; and everybody has [`Action::is_for_oneself`], unless a policy denies
    /// it.
    pub async fn authorize(
        &self,
        who: Who<'_>,
        action: Action,
        target: &Target,
    ) -> Result<Decision, Error> {
        if let Some(decision) = self.decide_alone(who, action, target)? {
            return Ok(decision);
        }
        for _ in 0..ROUNDS_WITH_KEPT {
            let attached = self.attached(who.user.id).await?;
            let decision = self.decide_by(&attached, who, (action, target)).await?;
            let may_be_late = decision.is_allowed() && !is_decided_anew(action);
            if may_be_late || !self.are_outdated(&attached).await? {
                return Ok(decision);
            }
        }
        let attached = self.attached_now(who.user.id).await?;
        self.decide_by(&attached, who, (action, target)).await
    }

    /// What these policies say.
    async fn decide_by(
        &self,
        attached: &Attached,
        who: Who<'_>,
        (action, target): (Action, &Target),
    ) -> Result<Decision, Error> {
        let (policies, _) = self.policies(&attached.policies, action.sphere(), target.project)?;
        Ok(match evaluate(&policies, &self.question(who, action, target)) {
            Decision::Denied(Obstacle::NoStatement) if is_own(who, action, target) => {
                Decision::Allowed(Grounds::Own)
            }
            Decision::Allowed(_) if self.would_change_owner(who, action, target).await? => {
                Decision::Denied(Obstacle::OwnerProtected)
            }
            decision => decision,
        })
    }

    /// Whether `action` changes an owner of the account of `who`, or its credentials.
    async fn would_change_owner(
        &self,
        who: Who<'_>,
        action: Action,
        target: &Target,
    ) -> Result<bool, Error> {
        if reads(action) || action.resource_type() != Some(ResourceType::User) {
            return Ok(false);
        }
        let Some(Ok(id)) = target.id.as_ref().map(|id| id.parse()) else { return Ok(false) };
        let found = self.directory().user(id).await?;
        let found = found.filter(|found| found.value.account == who.account.id);
        Ok(found.is_some_and(|found| found.value.standing == Standing::Owner))
    }

    /// Whether there can be something to which `who` may do `action`: then one that is not there
    /// is not found, and otherwise it is denied.
    pub async fn may_somewhere(&self, who: Who<'_>, action: Action) -> Result<bool, Error> {
        let question = self.question(who, action, &Target::any());
        if let Some(session) = self.session(who)?
            && !may_be_allowed(&session, &question)
        {
            return Ok(false);
        }
        if who.user.standing == Standing::Owner {
            return Ok(true);
        }
        let attached = self.directory().attached_policies(who.user.id).await?;
        let (policies, _) = self.policies(&attached, action.sphere(), None)?;
        Ok(may_be_allowed(&policies, &question))
    }

    /// The decision of [`Iam::authorize`], with the statements that came close to another.
    pub async fn explain(
        &self,
        who: Who<'_>,
        action: Action,
        target: &Target,
    ) -> Result<Explanation, Error> {
        let decision = self.authorize(who, action, target).await?;
        let attached = self.directory().attached_policies(who.user.id).await?;
        let (mut policies, elsewhere) =
            self.policies(&attached, action.sphere(), target.project)?;
        policies.extend(self.session(who)?.into_iter().flatten());
        let statements = close_statements(&policies, &self.question(who, action, target));
        let idle = idle_names(&policies);
        Ok(Explanation { decision, statements, elsewhere, idle })
    }

    /// What can be decided without the policies that are attached.
    fn decide_alone(
        &self,
        who: Who<'_>,
        action: Action,
        target: &Target,
    ) -> Result<Option<Decision>, Error> {
        if action.sphere() == Sphere::Project && who.scope == Some(Scope::Domain) {
            return Ok(Some(Decision::Denied(Obstacle::Scope)));
        }
        if let Some(session) = self.session(who)? {
            match evaluate(&session, &self.question(who, action, target)) {
                Decision::Denied(Obstacle::NoStatement) => {
                    return Ok(Some(Decision::Denied(Obstacle::NotInSession)));
                }
                denied @ Decision::Denied(_) => return Ok(Some(denied)),
                Decision::Allowed(_) => {}
            }
        }
        let is_owner = who.user.standing == Standing::Owner;
        Ok(is_owner.then_some(Decision::Allowed(Grounds::Owner)))
    }

    /// The policy that narrows a temporary access key.
    fn session(&self, who: Who<'_>) -> Result<Option<[InForce; 1]>, Error> {
        let Some(text) = who.session_policy else { return Ok(None) };
        Ok(Some([InForce { source: Source::Session, document: self.documents.read(text)? }]))
    }

    /// The attached policies that count in this sphere, and those that count elsewhere. One that
    /// cannot be read fails the decision: it may be the one that denies.
    fn policies(
        &self,
        attached: &[AttachedPolicy],
        sphere: Sphere,
        project: Option<ProjectId>,
    ) -> Result<Counted, Error> {
        let (mut here, mut elsewhere) = (Vec::new(), Vec::new());
        for AttachedPolicy { policy, name, document, reach, group } in attached {
            if !counts(*reach, sphere, project) {
                elsewhere.push((name.clone(), *reach));
                continue;
            }
            let document = self.documents.read(document)?;
            let (policy, name, group) = (*policy, name.clone(), *group);
            here.push(InForce { source: Source::Attached { policy, name, group }, document });
        }
        Ok((here, elsewhere))
    }

    fn question(&self, who: Who<'_>, action: Action, target: &Target) -> Question {
        let account = who.account.id;
        let resource = action.resource_type().map(|of| match &target.id {
            Some(id) => Urn::new(of, account, id),
            None => Urn::any(of, account),
        });
        Question { action, resource, context: self.context(who, action, target) }
    }

    /// The keys of every request, and those that the action has.
    fn context(&self, who: Who<'_>, action: Action, target: &Target) -> Context {
        let mut context = Context::new()
            .with_time("g:CurrentTime", self.now())
            .with("g:DomainId", who.account.id.to_string())
            .with("g:DomainName", &who.account.name)
            // There is no second factor here.
            .with_flag("g:MFAPresent", Flag::False)
            .with_flag("g:PrincipalIsRootUser", is_root(who.user))
            .with("g:UserId", who.user.id.to_string())
            .with("g:UserName", &who.user.name);
        if let Some(address) = who.address {
            context = context.with_address("g:SourceIp", address.to_canonical());
        }
        for key in action.keys() {
            context = match key {
                ConditionKey::CommonName => {
                    with_some(context, "pca:CommonName", &target.common_name)
                }
                ConditionKey::EnterpriseProjectId => {
                    with_some(context, "g:EnterpriseProjectId", &target.enterprise_project)
                }
                ConditionKey::RequestTag => {
                    with_tags(context, "g:RequestTag", &target.request_tags)
                }
                ConditionKey::ResourceTag => {
                    with_tags(context, "g:ResourceTag", &target.resource_tags)
                }
                ConditionKey::TagKeys => {
                    let keys = target.request_tags.iter().map(|(key, _)| key.clone());
                    context.with_all("g:TagKeys", keys.collect())
                }
            };
        }
        context
    }
}

/// Whether a policy that is attached with this reach counts for actions of this sphere.
fn counts(reach: Reach, sphere: Sphere, project: Option<ProjectId>) -> bool {
    match (reach, sphere) {
        (Reach::Everywhere, _)
        | (Reach::Domain, Sphere::Account)
        | (Reach::AllProjects, Sphere::Project) => true,
        (Reach::Project(own), Sphere::Project) => project == Some(own),
        (Reach::Domain, Sphere::Project)
        | (Reach::AllProjects | Reach::Project(_), Sphere::Account) => false,
    }
}

/// Whether nothing is changed by `action`.
fn reads(action: Action) -> bool {
    matches!(action.level(), AccessLevel::List | AccessLevel::Read)
}

/// Whether nobody may do `action` by a policy that another node has just taken away: what changes
/// something, and what hands out a private key.
fn is_decided_anew(action: Action) -> bool {
    !reads(action) || matches!(action, Action::ExportCertificate | Action::ShowCsrPrivateKey)
}

/// Whether `action` is one that everybody has on themselves, and is done to `who`.
fn is_own(who: Who<'_>, action: Action, target: &Target) -> bool {
    action.is_for_oneself() && target.id.as_ref().is_some_and(|id| *id == who.user.id.to_string())
}

fn is_root(user: &User) -> Flag {
    match user.standing {
        Standing::Member => Flag::False,
        Standing::Owner => Flag::True,
    }
}

fn with_some(context: Context, key: &str, value: &Option<String>) -> Context {
    match value {
        Some(value) => context.with(key, value),
        None => context,
    }
}

fn with_tags(context: Context, key: &str, tags: &[(String, String)]) -> Context {
    tags.iter().fold(context, |context, (tag, value)| context.with(&format!("{key}/{tag}"), value))
}

#[cfg(test)]
mod tests {
    use ledger::{Author, PolicyId};
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{House, local};
    use crate::{NewPolicy, NewUser, PolicyKind, Principal};

    /// A house with a member, and what is attached to them.
    struct Home {
        house: House,
        member: User,
    }

    impl Home {
        async fn build() -> Self {
            let house = House::build().await;
            let member = house.iam.create_user(&author(&house), NewUser::new("bob")).await.unwrap();
            Self { house, member }
        }

        async fn attach(&self, name: &str, statement: Value, reach: Reach) -> PolicyId {
            let kind = match reach {
                Reach::Everywhere => PolicyKind::Identity,
                Reach::Domain => PolicyKind::AccountRole,
                Reach::AllProjects | Reach::Project(_) => PolicyKind::ProjectRole,
            };
            let version = if kind == PolicyKind::Identity { "5.0" } else { "1.1" };
            let document = json!({ "Version": version, "Statement": [statement] }).to_string();
            let (name, description) = (name.to_owned(), String::new());
            let author = author(&self.house);
            let new = NewPolicy { name, description, kind, document };
            let policy = self.house.iam.create_policy(&author, new).await.unwrap();
            let member = Principal::User(self.member.id);
            self.house.iam.attach_policy(&author, member, (policy.id, reach)).await.unwrap();
            policy.id
        }

        fn member(&self) -> Who<'_> {
            self.who(&self.member)
        }

        fn who<'a>(&'a self, user: &'a User) -> Who<'a> {
            let account = &self.house.owner.account;
            Who { account, user, scope: None, session_policy: None, address: None }
        }

        async fn may(&self, who: Who<'_>, action: Action, target: &Target) -> bool {
            self.house.iam.authorize(who, action, target).await.unwrap().is_allowed()
        }
    }

    fn author(house: &House) -> Author {
        Author { account: house.owner.account.id, origin: local(), expectations: Vec::new() }
    }

    fn allow(action: &str) -> Value {
        json!({ "Effect": "Allow", "Action": [action] })
    }

    #[tokio::test]
    async fn a_member_without_policies_may_nothing_and_the_owner_everything() {
        let home = Home::build().await;
        let owner = home.house.owner.user.clone();

        for action in Action::ALL {
            assert!(!home.may(home.member(), *action, &Target::any()).await, "{action:?}");
            assert!(home.may(home.who(&owner), *action, &Target::any()).await, "{action:?}");
            let somewhere = home.house.iam.may_somewhere(home.member(), *action).await.unwrap();
            assert!(!somewhere, "{action:?}");
        }
    }

    #[tokio::test]
    async fn everybody_has_their_own_access_keys_unless_a_policy_denies_them() {
        let home = Home::build().await;
        let own = Target::one(home.member.id);
        let others = Target::one(home.house.owner.user.id);
        for action in Action::ALL.iter().filter(|action| action.is_for_oneself()) {
            assert!(home.may(home.member(), *action, &own).await, "{action:?}");
            assert!(!home.may(home.member(), *action, &others).await, "{action:?}");
        }
        let explanation =
            home.house.iam.explain(home.member(), Action::CreateAccessKey, &own).await.unwrap();
        assert_eq!(explanation.decision, Decision::Allowed(Grounds::Own));
        assert!(!home.may(home.member(), Action::UpdateUser, &own).await);

        let deny = json!({ "Effect": "Deny", "Action": ["iam:*:*"] });
        home.attach("frozen", deny, Reach::Everywhere).await;

        for action in Action::ALL.iter().filter(|action| action.is_for_oneself()) {
            assert!(!home.may(home.member(), *action, &own).await, "{action:?}");
        }
    }

    #[tokio::test]
    async fn no_policy_lets_a_member_change_an_owner() {
        let home = Home::build().await;
        home.attach("all", allow("iam:*:*"), Reach::Everywhere).await;
        let owner = Target::one(home.house.owner.user.id);

        let iam = &home.house.iam;
        for action in [Action::CreateAccessKey, Action::SetUserPassword, Action::DeleteUser] {
            let decision = iam.authorize(home.member(), action, &owner).await.unwrap();
            assert_eq!(decision, Decision::Denied(Obstacle::OwnerProtected), "{action:?}");
            assert!(home.may(home.member(), action, &Target::one(home.member.id)).await);
        }
        assert!(home.may(home.member(), Action::ShowUser, &owner).await);
    }

    #[tokio::test]
    async fn a_policy_counts_where_it_is_attached() {
        let (account, within) = (Action::CreateCsr, Action::ListWorkspaceAuthorities);
        for (name, in_account, in_project, elsewhere) in [
            ("domain", true, false, false),
            ("project", false, true, false),
            ("all_projects", false, true, true),
            ("everywhere", true, true, true),
        ] {
            let home = Home::build().await;
            let own = home.house.owner.project.id;
            let reach = name.parse().unwrap_or(Reach::Project(own));
            home.attach("all", allow("*:*:*"), reach).await;

            assert_eq!(home.may(home.member(), account, &Target::any()).await, in_account);
            let target = Target::in_project(own);
            assert_eq!(home.may(home.member(), within, &target).await, in_project, "{name}");
            let target = Target::in_project(home.member.id.to_string().parse().unwrap());
            assert_eq!(home.may(home.member(), within, &target).await, elsewhere, "{name}");
        }
    }

    #[tokio::test]
    async fn a_token_for_the_account_does_nothing_within_a_project() {
        let home = Home::build().await;
        let owner = home.house.owner.user.clone();
        let who = Who { scope: Some(Scope::Domain), ..home.who(&owner) };
        let target = Target::in_project(home.house.owner.project.id);

        let decision =
            home.house.iam.authorize(who, Action::ListWorkspaceAuthorities, &target).await;

        assert_eq!(decision.unwrap(), Decision::Denied(Obstacle::Scope));
    }

    #[tokio::test]
    async fn a_session_policy_narrows_even_an_owner_and_widens_nobody() {
        let home = Home::build().await;
        let owner = home.house.owner.user.clone();
        let session: Arc<str> =
            json!({ "Version": "1.1", "Statement": [allow("scm::getCsr")] }).to_string().into();
        let narrowed = |user| Who { session_policy: Some(&session), ..home.who(user) };

        assert!(home.may(narrowed(&owner), Action::ShowCsr, &Target::any()).await);
        let iam = &home.house.iam;
        let denied = iam.authorize(narrowed(&owner), Action::ListCsrs, &Target::any()).await;
        assert_eq!(denied.unwrap(), Decision::Denied(Obstacle::NotInSession));
        assert!(!home.may(narrowed(&home.member), Action::ShowCsr, &Target::any()).await);
        for (action, expected) in [(Action::ShowCsr, true), (Action::ListCsrs, false)] {
            let somewhere = home.house.iam.may_somewhere(narrowed(&owner), action).await.unwrap();
            assert_eq!(somewhere, expected, "{action:?}");
        }
    }

    #[tokio::test]
    async fn tags_enterprise_project_address_and_time_are_what_conditions_see() {
        let home = Home::build().await;
        let mut statement = allow("pca:ca:*");
        statement["Condition"] = json!({
            "StringEquals": { "g:ResourceTag/team": "blue", "g:EnterpriseProjectId": "0" },
            "IpAddress": { "g:SourceIp": "10.0.0.0/8" },
            "DateLessThan": { "g:CurrentTime": "2026-02-01T00:00:00Z" },
            "StringEqualsIgnoreCase": { "g:UserName": "BOB" },
        });
        home.attach("blue", statement, Reach::Everywhere).await;
        let team = |team: &str| Target {
            resource_tags: vec![("team".to_owned(), team.to_owned())],
            enterprise_project: Some("0".to_owned()),
            ..Target::one("a")
        };
        let from = |address: &str| Who { address: address.parse().ok(), ..home.member() };

        assert!(home.may(from("10.1.2.3"), Action::DisableAuthority, &team("blue")).await);
        assert!(home.may(from("::ffff:10.1.2.3"), Action::DisableAuthority, &team("blue")).await);
        assert!(!home.may(from("10.1.2.3"), Action::DisableAuthority, &team("red")).await);
        assert!(!home.may(from("192.0.2.1"), Action::DisableAuthority, &team("blue")).await);
        // This action has no tags of the resource to ask about.
        assert!(!home.may(from("10.1.2.3"), Action::ImportAuthority, &team("blue")).await);
        home.house.clock.advance(std::time::Duration::from_secs(30 * 86_400));
        assert!(!home.may(from("10.1.2.3"), Action::DisableAuthority, &team("blue")).await);
    }

    #[tokio::test]
    async fn a_changed_policy_decides_at_once() {
        let home = Home::build().await;
        let policy = home.attach("list", allow("scm::listCsr"), Reach::Everywhere).await;
        assert!(home.may(home.member(), Action::ListCsrs, &Target::any()).await);

        let author = author(&home.house);
        let member = Principal::User(home.member.id);
        let detached =
            home.house.iam.detach_policy(&author, member, (policy, Reach::Everywhere)).await;

        detached.unwrap();
        assert!(!home.may(home.member(), Action::ListCsrs, &Target::any()).await);
    }

    #[tokio::test]
    async fn an_explanation_tells_what_came_close_and_what_counts_elsewhere() {
        let home = Home::build().await;
        let mut blue = allow("pca:ca:disable");
        blue["Condition"] = json!({ "StringEquals": { "g:ResourceTag/team": "blue" } });
        home.attach("blue", blue, Reach::Everywhere).await;
        home.attach("projects", allow("*:*:*"), Reach::AllProjects).await;

        let action = Action::DisableAuthority;
        let explanation =
            home.house.iam.explain(home.member(), action, &Target::one("a")).await.unwrap();

        assert_eq!(explanation.decision, Decision::Denied(Obstacle::NoStatement));
        let fits: Vec<Fit> = explanation.statements.into_iter().map(|(_, fit)| fit).collect();
        assert_eq!(fits, [Fit::ConditionFails("StringEquals g:ResourceTag/team".to_owned())]);
        assert_eq!(explanation.elsewhere, [("projects".to_owned(), Reach::AllProjects)]);
    }
}
