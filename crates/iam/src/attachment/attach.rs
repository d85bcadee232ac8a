//! Attaching a policy.

use ledger::{AccountId, Author, Changes, Counter, Expectation, PolicyId, Quota};

use crate::iam::{ATTEMPTS, Committed};
use crate::policy::{SystemReach, system_policy};
use crate::{
    Attachment, AttachmentFilter, Error, Iam, PolicyKind, PolicyRef, Principal, Reach, bounds,
};

const ON_DOMAIN: &str = "a policy of type AX is attached on the domain";
const ON_PROJECTS: &str = "a policy of type XA is attached on a project or on all projects";

impl Iam {
    /// Attaches a policy to a user or group of the author's account. Nothing happens where it is
    /// attached so already.
    ///
    /// # Errors
    ///
    /// `Missing`, `ReachUnfit` when policies of this kind do not count there, `ProjectUnknown`,
    /// `QuotaReached`, `Conflict`.
    pub async fn attach_policy(
        &self,
        author: &Author,
        principal: Principal,
        (policy, reach): (PolicyId, Reach),
    ) -> Result<(), Error> {
        let account = author.account;
        for _ in 0..ATTEMPTS {
            let who = self.own_principal(account, principal).await?;
            let (policy, ground) = self.attachable(account, policy, reach).await?;
            if let Reach::Project(project) = reach {
                let found = self.directory().project(project).await?;
                if found.is_none_or(|found| found.value.account != account) {
                    return Err(Error::ProjectUnknown(project.to_string()));
                }
            }
            if self.is_attached(account, principal, (policy.id(), reach)).await? {
                return Ok(());
            }
            let attachment =
                Attachment { account, principal, policy, reach, created_at: self.now() };
            let id = self.new_change_id();
            let mut event = author.event(self.now(), "attach_policy", policy.id());
            event.detail = Some(format!("{principal}, {reach}"));
            let mut changes = Changes::new(id, event)
                .by(author)
                .expect(who.row, who.version)
                .insert(attachment)
                .add(counter(principal), 1, bounds::most(Quota::PoliciesAttached));
            if let Some(ground) = ground {
                changes = changes.expect(ground.row, ground.version);
            }
            if self.commit(id, changes).await? == Committed::Done {
                return Ok(());
            }
        }
        Err(Error::Conflict)
    }

    /// Whether a policy is attached to the user or group itself within exactly this reach.
    ///
    /// # Errors
    ///
    /// When the directory cannot be read.
    pub async fn is_attached(
        &self,
        account: AccountId,
        principal: Principal,
        (policy, reach): (PolicyId, Reach),
    ) -> Result<bool, Error> {
        let to =
            AttachmentFilter { policy: Some(policy), ..AttachmentFilter::to(account, principal) };
        let found = self.directory().attachments(&to).await?;
        Ok(found.iter().any(|found| found.value.reach == reach))
    }

    /// The row of a user or group of `account`.
    pub(super) async fn own_principal(
        &self,
        account: AccountId,
        principal: Principal,
    ) -> Result<Expectation, Error> {
        Ok(match principal {
            Principal::Group(id) => {
                let group = self.own_group(account, id).await?;
                Expectation { row: group.value.row(), version: group.version }
            }
            Principal::User(id) => {
                let user = self.own_user(account, id).await?;
                Expectation { row: user.value.row(), version: user.version }
            }
        })
    }

    /// The policy `id`, of `account` or of the system, if it counts within `reach`.
    async fn attachable(
        &self,
        account: AccountId,
        id: PolicyId,
        reach: Reach,
    ) -> Result<(PolicyRef, Option<Expectation>), Error> {
        if let Some(system) = system_policy(id) {
            check_system_reach(system.reach, reach)?;
            return Ok((PolicyRef::System(id), None));
        }
        let policy = self.own_policy(account, id).await?;
        check_reach(policy.value.kind, reach)?;
        let ground = Expectation { row: policy.value.row(), version: policy.version };
        Ok((PolicyRef::Custom(id), Some(ground)))
    }
}

/// Where policies of the system count. Version 5 of the API attaches each of them everywhere.
fn check_system_reach(system: SystemReach, reach: Reach) -> Result<(), Error> {
    match (system, reach) {
        (_, Reach::Everywhere)
        | (SystemReach::Both, _)
        | (SystemReach::Domain, Reach::Domain)
        | (SystemReach::Project, Reach::AllProjects | Reach::Project(_)) => Ok(()),
        (SystemReach::Domain, _) => Err(Error::ReachUnfit(ON_DOMAIN)),
        (SystemReach::Project, _) => Err(Error::ReachUnfit(ON_PROJECTS)),
    }
}

/// Where policies of a kind count.
fn check_reach(kind: PolicyKind, reach: Reach) -> Result<(), Error> {
    match (kind, reach) {
        (PolicyKind::AccountRole, Reach::Domain)
        | (PolicyKind::Identity, Reach::Everywhere)
        | (PolicyKind::ProjectRole, Reach::AllProjects | Reach::Project(_)) => Ok(()),
        (PolicyKind::AccountRole, _) => Err(Error::ReachUnfit(ON_DOMAIN)),
        (PolicyKind::Identity, _) => {
            Err(Error::ReachUnfit("a policy of version 5.0 is attached over version 5 of the API"))
        }
        (PolicyKind::ProjectRole, _) => Err(Error::ReachUnfit(ON_PROJECTS)),
    }
}

/// The counter of what is attached to somebody.
pub(super) fn counter(principal: Principal) -> Counter {
    match principal {
        Principal::Group(id) => Counter::of_group(Quota::PoliciesAttached, id),
        Principal::User(id) => Counter::of_user(Quota::PoliciesAttached, id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{House, Mishap};
    use crate::{NewPolicy, NewUser, Thing};

    const ROLE: &str =
        r#"{"Version":"1.1","Statement":[{"Effect":"Allow","Action":["pca:ca:list"]}]}"#;
    const POLICY: &str =
        r#"{"Version":"5.0","Statement":[{"Effect":"Allow","Action":["pca:ca:list"]}]}"#;

    #[tokio::test]
    async fn each_kind_of_policy_counts_where_it_can() {
        let house = House::build().await;
        let author = house.author().await;
        let user = house.iam.create_user(&author, NewUser::new("jane")).await.unwrap();
        let project = Reach::Project(house.owner.project.id);
        let all = [Reach::Everywhere, Reach::Domain, project, Reach::AllProjects];

        for (kind, document, legal) in [
            (PolicyKind::AccountRole, ROLE, vec![Reach::Domain]),
            (PolicyKind::Identity, POLICY, vec![Reach::Everywhere]),
            (PolicyKind::ProjectRole, ROLE, vec![project, Reach::AllProjects]),
        ] {
            let (name, document) = (format!("{kind:?}"), document.to_owned());
            let new = NewPolicy { name, description: String::new(), kind, document };
            let policy = house.iam.create_policy(&author, new).await.unwrap();
            for reach in all {
                let to = Principal::User(user.id);
                let answer = house.iam.attach_policy(&author, to, (policy.id, reach)).await;
                match answer {
                    Ok(()) => assert!(legal.contains(&reach), "{kind:?} {reach:?}"),
                    Err(Error::ReachUnfit(_)) => assert!(!legal.contains(&reach), "{kind:?}"),
                    Err(other) => panic!("{other}"),
                }
            }
        }
    }

    #[tokio::test]
    async fn a_policy_of_the_system_counts_where_it_says() {
        let house = House::build().await;
        let author = house.author().await;
        let to =
            Principal::User(house.iam.create_user(&author, NewUser::new("j")).await.unwrap().id);
        for system in crate::policy::system_policies() {
            let everywhere = (system.id, Reach::Everywhere);
            house.iam.attach_policy(&author, to, everywhere).await.unwrap();
            let on_domain = house.iam.attach_policy(&author, to, (system.id, Reach::Domain)).await;
            assert_eq!(on_domain.is_ok(), system.reach != SystemReach::Project, "{}", system.name);
            let in_all =
                house.iam.attach_policy(&author, to, (system.id, Reach::AllProjects)).await;
            assert_eq!(in_all.is_ok(), system.reach != SystemReach::Domain, "{}", system.name);
        }
    }

    #[tokio::test]
    async fn a_policy_that_was_attached_meanwhile_is_not_deleted() {
        let house = House::build().await;
        let author = house.author().await;
        let user = house.iam.create_user(&author, NewUser::new("jane")).await.unwrap();
        let (name, document) = ("p".to_owned(), POLICY.to_owned());
        let kind = PolicyKind::Identity;
        let new = NewPolicy { name, description: String::new(), kind, document };
        let policy = house.iam.create_policy(&author, new).await.unwrap();
        let attachment = Attachment {
            account: author.account,
            principal: Principal::User(user.id),
            policy: PolicyRef::Custom(policy.id),
            reach: Reach::Everywhere,
            created_at: policy.created_at,
        };
        // The store refuses the removal of what is referred to.
        house.directory.rows().write(attachment);
        house.provoke(&[Mishap::Conflict]);

        let answer = house.iam.delete_policy(&author, policy.id).await;

        assert!(matches!(answer, Err(Error::StillUsed { what: Thing::Policy, .. })));
        house.iam.custom_policy(author.account, policy.id).await.unwrap();
    }

    #[tokio::test]
    async fn a_user_of_another_account_gets_nothing() {
        let house = House::build().await;
        let new = crate::NewAccount::new("stranger", "r");
        let stranger = house.iam.create_account(&new, &crate::testing::local()).await.unwrap();
        let system = crate::policy::system_policies().first().unwrap().id;

        let to = Principal::User(stranger.user.id);
        let answer =
            house.iam.attach_policy(&house.author().await, to, (system, Reach::Everywhere)).await;

        assert!(matches!(answer, Err(Error::Missing { what: Thing::User, .. })));
        let group = Principal::Group(ledger::GroupId::generate(
            &*house.iam.ports.clock,
            &*house.iam.ports.random,
        ));
        let answer = house
            .iam
            .attach_policy(&house.author().await, group, (system, Reach::Everywhere))
            .await;
        assert!(matches!(answer, Err(Error::Missing { what: Thing::Group, .. })));
    }
}
