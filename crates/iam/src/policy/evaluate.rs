//! The one decision over policies. Pure: no clock, no reads.

use std::sync::Arc;

use ledger::{GroupId, PolicyId};

use super::question::Question;
use super::statement::{Effect, Fit};
use super::{Document, Statement};

/// Where a policy that takes part in a decision comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Source {
    /// It is attached to the user, or to a group of theirs.
    Attached {
        /// The policy.
        policy: PolicyId,
        /// Its name.
        name: String,
        /// The group; `None` when it is attached to the user.
        group: Option<GroupId>,
    },
    /// It narrows a temporary access key.
    Session,
}

/// A policy that takes part in a decision.
#[derive(Clone, Debug)]
pub struct InForce {
    /// Where it comes from.
    pub source: Source,
    /// What it says.
    pub document: Arc<Document>,
}

/// One statement of one policy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    /// Where the policy comes from.
    pub source: Source,
    /// The statement's position in the document, from 0.
    pub statement: usize,
    /// The statement's name, if it has one.
    pub sid: Option<String>,
    /// What it does.
    pub effect: Effect,
}

/// Why somebody may do something.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Grounds {
    /// It is done to themselves, and everybody may do it so.
    Own,
    /// They are the account's owner.
    Owner,
    /// This statement allows it.
    Statement(Place),
}

/// Why somebody may not do something.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Obstacle {
    /// This statement denies it.
    Denied(Place),
    /// No statement allows it.
    NoStatement,
    /// The policy that narrows the temporary access key does not allow it.
    NotInSession,
    /// It would change the account's owner, whom only an owner changes.
    OwnerProtected,
    /// A token for the account does nothing inside a project.
    Scope,
}

/// Whether somebody may do something, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Decision {
    /// They may.
    Allowed(Grounds),
    /// They may not.
    Denied(Obstacle),
}

impl Decision {
    /// Whether they may.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_))
    }
}

/// Decides by `policies`: a statement that denies wins over all that allow, wherever it stands;
/// what no statement allows is denied.
pub fn evaluate(policies: &[InForce], question: &Question) -> Decision {
    let mut allowed = None;
    for (policy, at, statement) in statements(policies) {
        if statement.effect() == Effect::Allow && allowed.is_some() {
            continue;
        }
        if statement.fit(question) != Fit::Whole {
            continue;
        }
        let place = place(policy, at, statement);
        match statement.effect() {
            Effect::Allow => allowed = Some(place),
            Effect::Deny => return Decision::Denied(Obstacle::Denied(place)),
        }
    }
    match allowed {
        Some(place) => Decision::Allowed(Grounds::Statement(place)),
        None => Decision::Denied(Obstacle::NoStatement),
    }
}

/// Whether there can be a resource of the question's type, and circumstances, in which it would be
/// allowed: then a resource that is not there may be told from one that may not be touched.
pub fn may_be_allowed(policies: &[InForce], question: &Question) -> bool {
    let mut allowed = false;
    for (_, _, statement) in statements(policies) {
        match statement.effect() {
            Effect::Allow => allowed |= statement.may_match(question),
            Effect::Deny if statement.always_matches(question) => return false,
            Effect::Deny => {}
        }
    }
    allowed
}

/// Every statement that is about the question's action, with how far it goes: what an explanation
/// shows beside the decision.
pub fn close_statements(policies: &[InForce], question: &Question) -> Vec<(Place, Fit)> {
    let fits = statements(policies)
        .map(|(policy, at, statement)| (place(policy, at, statement), statement.fit(question)));
    fits.filter(|(_, fit)| *fit != Fit::OtherAction).collect()
}

/// The statements that name actions of the services here which this server does not have, with
/// those names: they do nothing.
pub fn idle_names(policies: &[InForce]) -> Vec<(Place, Vec<String>)> {
    let named = statements(policies)
        .map(|(policy, at, statement)| (place(policy, at, statement), statement.idle_names()));
    named.filter(|(_, names)| !names.is_empty()).collect()
}

fn statements(policies: &[InForce]) -> impl Iterator<Item = (&InForce, usize, &Statement)> {
    policies.iter().flat_map(|policy| {
        let numbered = policy.document.statements().iter().enumerate();
        numbered.map(move |(at, statement)| (policy, at, statement))
    })
}

fn place(policy: &InForce, at: usize, statement: &Statement) -> Place {
    Place {
        source: policy.source.clone(),
        statement: at,
        sid: statement.sid().map(str::to_owned),
        effect: statement.effect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::policy::{Action, Context, ResourceType, Urn};

    const ACCOUNT: &str = "0198a1b2c3d47e5f8a9b0c1d2e3f4a5b";

    fn in_force(statements: &[Value]) -> InForce {
        let document = json!({ "Version": "5.0", "Statement": statements }).to_string();
        InForce { source: Source::Session, document: Arc::new(Document::parse(&document).unwrap()) }
    }

    fn allow(action: &str) -> Value {
        json!({ "Sid": "allow", "Effect": "Allow", "Action": action })
    }

    fn deny(action: &str) -> Value {
        json!({ "Sid": "deny", "Effect": "Deny", "Action": action })
    }

    fn on(mut statement: Value, resource: &str) -> Value {
        statement["Resource"] = json!(resource);
        statement
    }

    fn when_team(mut statement: Value, team: &str) -> Value {
        statement["Condition"] = json!({ "StringEquals": { "g:ResourceTag/team": team } });
        statement
    }

    fn about(action: Action, id: &str, team: &str) -> Question {
        let account = ACCOUNT.parse().unwrap();
        let resource = action.resource_type().map(|of: ResourceType| Urn::new(of, account, id));
        Question { action, resource, context: Context::new().with("g:ResourceTag/team", team) }
    }

    fn decided(statements: &[Value], question: &Question) -> bool {
        evaluate(&[in_force(statements)], question).is_allowed()
    }

    #[test]
    fn nothing_allows_nothing() {
        let question = about(Action::ShowAuthority, "a", "blue");

        assert_eq!(evaluate(&[], &question), Decision::Denied(Obstacle::NoStatement));
        assert!(!decided(&[allow("scm:*:*")], &question));
    }

    #[test]
    fn a_denial_wins_wherever_it_stands() {
        let question = about(Action::ShowAuthority, "a", "blue");
        let (yes, no) = (allow("pca:*:*"), deny("pca:ca:get"));

        for statements in [[yes.clone(), no.clone()], [no.clone(), yes.clone()]] {
            assert!(!decided(&statements, &question));
            let [first, second] = statements.map(|statement| in_force(&[statement]));
            assert!(!evaluate(&[first, second], &question).is_allowed());
        }
        assert!(decided(&[yes, no], &about(Action::ExportAuthority, "a", "blue")));
    }

    #[test]
    fn the_decision_names_its_statement() {
        let question = about(Action::ShowAuthority, "a", "blue");
        let decision = evaluate(&[in_force(&[allow("scm:*:*"), allow("pca:*:*")])], &question);

        let Decision::Allowed(Grounds::Statement(place)) = decision else { panic!("{decision:?}") };
        assert_eq!((place.statement, place.sid.as_deref()), (1, Some("allow")));
    }

    #[test]
    fn resources_and_conditions_bound_a_statement() {
        let one = format!("pca:*:{ACCOUNT}:ca:a");
        for (statement, id, team, expected) in [
            (on(allow("pca:ca:*"), &one), "a", "blue", true),
            (on(allow("pca:ca:*"), &one), "b", "blue", false),
            (on(allow("pca:ca:*"), "pca:*:*:ca:*"), "b", "blue", true),
            (when_team(allow("pca:ca:*"), "blue"), "a", "blue", true),
            (when_team(allow("pca:ca:*"), "blue"), "a", "red", false),
        ] {
            let question = about(Action::DisableAuthority, id, team);
            assert_eq!(
                decided(std::slice::from_ref(&statement), &question),
                expected,
                "{statement}"
            );
        }
    }

    #[test]
    fn an_action_without_resource_needs_a_statement_about_all() {
        let question = about(Action::CreateCsr, "", "");

        assert!(decided(&[allow("scm:*:*")], &question));
        assert!(decided(&[on(allow("scm:*:*"), "*")], &question));
        assert!(!decided(&[on(allow("scm:*:*"), "scm:*:*:cert:*")], &question));
    }

    #[test]
    fn a_list_is_decided_on_whatever_resource() {
        let list = about(Action::ListAuthorities, "*", "");

        assert!(decided(&[on(allow("pca:ca:list"), "pca:*:*:ca:*")], &list));
        assert!(!decided(&[on(allow("pca:ca:list"), &format!("pca:*:{ACCOUNT}:ca:a"))], &list));
    }

    #[test]
    fn who_may_somewhere_is_told_apart_from_who_may_nowhere() {
        let question = about(Action::ShowAuthority, "*", "");
        let other = "pca:*:0198a1b2c3d47e5f8a9b0c1d2e3f4a5c:ca:*";
        for (statements, expected) in [
            (vec![allow("pca:*:*")], true),
            (vec![on(allow("pca:ca:get"), &format!("pca:*:{ACCOUNT}:ca:a"))], true),
            (vec![when_team(allow("pca:ca:get"), "blue")], true),
            (vec![allow("scm:*:*")], false),
            (vec![on(allow("pca:ca:get"), other)], false),
            (vec![on(allow("pca:ca:get"), "pca:*:*:cert:*")], false),
            (vec![allow("pca:*:*"), deny("pca:*:*")], false),
            (vec![allow("pca:*:*"), when_team(deny("pca:*:*"), "blue")], true),
            (vec![allow("pca:*:*"), on(deny("pca:*:*"), "pca:::ca:a")], true),
            (vec![], false),
        ] {
            let policies: Vec<InForce> = statements
                .iter()
                .map(|statement| in_force(std::slice::from_ref(statement)))
                .collect();
            assert_eq!(may_be_allowed(&policies, &question), expected, "{statements:?}");
        }
    }

    #[test]
    fn statements_about_the_action_are_told_with_how_far_they_go() {
        let statements = [
            allow("scm:*:*"),
            on(allow("pca:ca:get"), &format!("pca:*:{ACCOUNT}:ca:b")),
            when_team(allow("pca:ca:get"), "red"),
        ];
        let question = about(Action::ShowAuthority, "a", "blue");

        let close = close_statements(&[in_force(&statements)], &question);

        let fits: Vec<(usize, Fit)> =
            close.into_iter().map(|(place, fit)| (place.statement, fit)).collect();
        let condition = "StringEquals g:ResourceTag/team".to_owned();
        assert_eq!(fits, [(1, Fit::OtherResource), (2, Fit::ConditionFails(condition))]);
    }
}
