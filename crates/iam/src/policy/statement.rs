//! The statement: what policies are made of, in either version of the language.

use super::action_pattern::ActionPattern;
use super::condition::Condition;
use super::question::Question;
use super::urn::UrnPattern;

/// What a statement does when it matches.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Effect {
    /// Lets it be done, unless something denies it.
    Allow,
    /// Forbids it, whatever else allows it.
    Deny,
}

/// What is named, or everything but that.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Selection<T> {
    AllBut(Vec<T>),
    Only(Vec<T>),
}

impl<T> Selection<T> {
    /// What is named.
    pub(crate) fn named(&self) -> &[T] {
        match self {
            Self::AllBut(named) | Self::Only(named) => named,
        }
    }

    fn selects(&self, is_it: impl Fn(&T) -> bool) -> bool {
        match self {
            Self::AllBut(not) => !not.iter().any(is_it),
            Self::Only(these) => these.iter().any(is_it),
        }
    }
}

/// One statement of a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    pub(crate) sid: Option<String>,
    pub(crate) effect: Effect,
    pub(crate) actions: Selection<ActionPattern>,
    pub(crate) resources: Selection<UrnPattern>,
    pub(crate) conditions: Vec<Condition>,
}

/// How far a statement goes with a question.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Fit {
    /// It is about another action.
    OtherAction,
    /// It is about the action, but on another resource.
    OtherResource,
    /// It is about the action on the resource, but this condition does not hold.
    ConditionFails(String),
    /// It matches.
    Whole,
}

impl Statement {
    /// What it is called within its policy, if anything.
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// What it does.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// The actions that it names of the services here which this server does not have.
    pub(crate) fn idle_names(&self) -> Vec<String> {
        let named = self.actions.named().iter();
        named.filter(|pattern| pattern.names_nothing_here()).map(ToString::to_string).collect()
    }

    /// How far it goes with `question`.
    pub fn fit(&self, question: &Question) -> Fit {
        if !self.actions.selects(|pattern| pattern.matches(question.action)) {
            return Fit::OtherAction;
        }
        // What is done to nothing that can be named only a pattern for everything takes.
        let takes = |pattern: &UrnPattern| match &question.resource {
            Some(urn) => pattern.matches(urn),
            None => pattern.is_all(),
        };
        if !self.resources.selects(takes) {
            return Fit::OtherResource;
        }
        let mut conditions = self.conditions.iter();
        match conditions.find(|condition| !condition.holds(&question.context)) {
            Some(condition) => Fit::ConditionFails(condition.name()),
            None => Fit::Whole,
        }
    }

    /// Whether there can be a resource of the question's type, and circumstances, for which it
    /// matches.
    pub(crate) fn may_match(&self, question: &Question) -> bool {
        let takes = |pattern: &UrnPattern| match &question.resource {
            Some(urn) => pattern.matches_type(urn),
            None => pattern.is_all(),
        };
        let resources = match &self.resources {
            Selection::AllBut(not) => !not.iter().any(UrnPattern::is_all),
            Selection::Only(these) => these.iter().any(takes),
        };
        resources && self.actions.selects(|pattern| pattern.matches(question.action))
    }

    /// Whether it matches for every resource of the question's type, in all circumstances.
    pub(crate) fn always_matches(&self, question: &Question) -> bool {
        let takes_all = |pattern: &UrnPattern| match &question.resource {
            Some(urn) => pattern.matches(&super::Urn::any(urn.resource_type(), urn.account())),
            None => pattern.is_all(),
        };
        let resources = match &self.resources {
            Selection::AllBut(not) => not.is_empty(),
            Selection::Only(these) => these.iter().any(takes_all),
        };
        resources
            && self.conditions.is_empty()
            && self.actions.selects(|pattern| pattern.matches(question.action))
    }
}
