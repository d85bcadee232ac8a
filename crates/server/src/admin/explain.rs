//! `cinnabar policy explain`: the decision that a user would get, and what decides it.

use std::net::IpAddr;

use iam::policy::{
    Action, Decision, Effect, Explanation, Fit, Grounds, Obstacle, Place, ResourceType, Source,
    Sphere, Target, Urn, Who,
};
use iam::{Account, ProjectFilter, User};
use ledger::{CaId, ProjectId};
use serde::{Deserialize, Serialize};

use super::explained::{ElsewhereLine, Explained, IdleLine, StatementLine};
use super::request::Answer;
use crate::accounts::{of_iam, of_pki};
use crate::failure::Failure;
use crate::installation::Installation;

/// What is to be explained.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExplainOrder {
    /// The account's name; `None` is the first.
    pub(crate) account: Option<String>,
    /// The user's name.
    pub(crate) user: String,
    /// The action's name.
    pub(crate) action: String,
    /// The resource's URN.
    pub(crate) resource: Option<String>,
    /// The authority that is the resource.
    pub(crate) ca: Option<String>,
    /// The project's name; `None` is the first.
    pub(crate) project: Option<String>,
    /// Circumstances: keys and values.
    pub(crate) conditions: Vec<(String, String)>,
}

impl Installation {
    /// Explains a decision. Reads only.
    pub(crate) async fn explain(&self, order: ExplainOrder) -> Result<Answer, Failure> {
        let account = self.account(order.account.as_deref()).await?.value;
        let user = self.iam.directory().user_by_name(account.id, &order.user).await;
        let user = user.map_err(super::act::unreadable)?.map(|found| found.value);
        let user =
            user.ok_or_else(|| invalid(format!("user {} does not exist", order.user), USER))?;
        let action = Action::from_name(&order.action)
            .ok_or_else(|| invalid(format!("there is no action {}", order.action), ACTION))?;
        let urn = named_resource(&order, &account, action)?;
        let mut target = self.target(&account, urn.as_ref()).await?;
        if action.sphere() == Sphere::Project {
            target.project = Some(self.project(&account, order.project.as_deref()).await?);
        }
        let mut address = None;
        for (key, value) in order.conditions {
            set(&mut target, &mut address, &key, value)?;
        }
        let who =
            Who { account: &account, user: &user, scope: None, session_policy: None, address };
        let explanation = self.iam.explain(who, action, &target).await.map_err(of_iam)?;
        let resource = action.resource_type().map(|of| match urn {
            Some(urn) => urn.to_string(),
            None => Urn::any(of, account.id).to_string(),
        });
        let explained = self.explained(explanation, (account, user), action, resource).await?;
        Ok(Answer::Explanation(Box::new(explained)))
    }

    /// What policies may ask about the resource.
    async fn target(&self, account: &Account, urn: Option<&Urn>) -> Result<Target, Failure> {
        let Some(urn) = urn else { return Ok(Target::any()) };
        let mut target = Target::one(urn.id());
        if urn.resource_type() == ResourceType::Authority && urn.id() != "*" {
            let unknown = |_| invalid(format!("{} is no identifier", urn.id()), RESOURCE);
            let id: CaId = urn.id().parse().map_err(unknown)?;
            let pki = self.pki(pki::Settings::default());
            let found =
                pki.authority_attributes(account.id, id).await.map_err(|error| match error {
                    pki::Error::AuthorityNotFound(_) => invalid(error.to_string(), RESOURCE),
                    error => of_pki(error),
                })?;
            let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
            target.resource_tags = found.tags.iter().map(owned).collect();
            target.enterprise_project = Some(found.enterprise_project);
        }
        Ok(target)
    }

    async fn project(&self, account: &Account, name: Option<&str>) -> Result<ProjectId, Failure> {
        let filter = ProjectFilter {
            account: account.id,
            name: name.map(str::to_owned),
            state: None,
            offset: 0,
            limit: 1,
        };
        let found = self.iam.directory().projects(&filter).await;
        let found = found.map_err(super::act::unreadable)?.into_iter().next();
        let name = name.unwrap_or("(the first)");
        found.map(|found| found.value.id).ok_or_else(|| {
            let hint = "check the name, or leave --project out to take the account's first project";
            invalid(format!("project {name} does not exist"), hint)
        })
    }

    async fn explained(
        &self,
        explanation: Explanation,
        (account, user): (Account, User),
        action: Action,
        resource: Option<String>,
    ) -> Result<Explained, Failure> {
        let Explanation { decision, statements, elsewhere, idle } = explanation;
        let mut lines = Vec::new();
        for (place, fit) in statements {
            lines.push(self.line(place, outcome(fit)).await?);
        }
        let mut idle_lines = Vec::new();
        for (place, actions) in idle {
            let statement = self.line(place, String::new()).await?.place();
            idle_lines.push(IdleLine { statement, actions });
        }
        let allowed = decision.is_allowed();
        let reason = match decision {
            Decision::Allowed(Grounds::Own) => "everybody may do it to themselves".to_owned(),
            Decision::Allowed(Grounds::Owner) => "the account's owner may do everything".to_owned(),
            Decision::Allowed(Grounds::Statement(place)) => {
                format!("{} allows it", self.line(place, String::new()).await?.place())
            }
            Decision::Denied(Obstacle::Denied(place)) => {
                format!("{} denies it", self.line(place, String::new()).await?.place())
            }
            Decision::Denied(Obstacle::NoStatement) => "no statement allows it".to_owned(),
            Decision::Denied(Obstacle::NotInSession) => {
                "the policy of the temporary access key does not allow it".to_owned()
            }
            Decision::Denied(Obstacle::OwnerProtected) => {
                "nobody but an owner changes the account's owner, whatever policies say".to_owned()
            }
            Decision::Denied(Obstacle::Scope) => {
                "a token for the account does nothing inside a project".to_owned()
            }
        };
        let elsewhere = elsewhere
            .into_iter()
            .map(|(policy, reach)| ElsewhereLine { policy, reach: reach.to_string() });
        Ok(Explained {
            allowed,
            reason,
            user: user.name,
            account: account.name,
            action: action.name().to_owned(),
            resource,
            statements: lines,
            elsewhere: elsewhere.collect(),
            idle: idle_lines,
        })
    }

    async fn line(&self, place: Place, outcome: String) -> Result<StatementLine, Failure> {
        let (policy, group) = match place.source {
            Source::Session => ("(of the temporary access key)".to_owned(), None),
            Source::Attached { name, group: None, .. } => (name, None),
            Source::Attached { name, group: Some(group), .. } => {
                let found = self.iam.directory().group(group).await;
                let found = found.map_err(super::act::unreadable)?;
                (name, Some(found.map_or_else(|| group.to_string(), |found| found.value.name)))
            }
        };
        let effect = match place.effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        };
        let statement = place.statement.saturating_add(1);
        let effect = effect.to_owned();
        Ok(StatementLine { policy, group, statement, sid: place.sid, effect, outcome })
    }
}

const USER: &str = "`cinnabar user list` shows the users of an account";
const ACTION: &str = "write a whole name, as in pca:ca:disable; docs/policies.md lists them";
const RESOURCE: &str = "name something of the account that the action is done to, with --ca ID or \
                        --resource SERVICE::ACCOUNT:TYPE:ID, or leave it out";
const CONDITION: &str = "the ones that can be chosen are g:SourceIp, g:EnterpriseProjectId, \
                         g:ResourceTag/KEY, g:RequestTag/KEY and pca:CommonName";

fn invalid(problem: String, hint: &'static str) -> Failure {
    Failure::Invalid { problem, hint }
}

/// The resource that was named, if the action is done to such a thing in this account.
fn named_resource(
    order: &ExplainOrder,
    account: &Account,
    action: Action,
) -> Result<Option<Urn>, Failure> {
    let urn = match (&order.resource, &order.ca) {
        (Some(urn), _) => {
            let parsed: Result<Urn, _> = urn.parse();
            parsed.map_err(|error| invalid(format!("{urn}: {error}"), RESOURCE))?
        }
        (None, Some(ca)) => Urn::new(ResourceType::Authority, account.id, ca),
        (None, None) => return Ok(None),
    };
    if action.resource_type() != Some(urn.resource_type()) || urn.account() != account.id {
        let problem = format!("{} is not done to {urn} in this account", action.name());
        return Err(invalid(problem, RESOURCE));
    }
    Ok(Some(urn))
}

/// Adds a circumstance.
fn set(
    target: &mut Target,
    address: &mut Option<IpAddr>,
    key: &str,
    value: String,
) -> Result<(), Failure> {
    match key.split_once('/') {
        Some(("g:ResourceTag", tag)) => {
            target.resource_tags.retain(|(known, _)| known != tag);
            target.resource_tags.push((tag.to_owned(), value));
        }
        Some(("g:RequestTag", tag)) => target.request_tags.push((tag.to_owned(), value)),
        None if key == "g:EnterpriseProjectId" => target.enterprise_project = Some(value),
        None if key == "pca:CommonName" => target.common_name = Some(value),
        None if key == "g:SourceIp" => {
            let parsed = value.parse();
            let refuse = |_| invalid(format!("{value} is not an address"), CONDITION);
            *address = Some(parsed.map_err(refuse)?);
        }
        _ => return Err(invalid(format!("the condition key {key} cannot be set"), CONDITION)),
    }
    Ok(())
}

fn outcome(fit: Fit) -> String {
    match fit {
        Fit::ConditionFails(condition) => format!("its condition {condition} does not hold"),
        Fit::OtherAction => "it is about another action".to_owned(),
        Fit::OtherResource => "it is about other resources".to_owned(),
        Fit::Whole => "it matches".to_owned(),
    }
}
