//! Who may do what: actions, policy documents, and the one decision over them.

mod action;
mod action_pattern;
mod condition;
mod condition_key;
mod context;
mod decide;
mod document;
mod document_cache;
mod evaluate;
mod known_actions;
mod known_keys;
mod operator;
mod pattern;
#[cfg(test)]
mod properties;
mod question;
mod raw;
mod resource_type;
mod shape;
mod statement;
mod system;
mod urn;

pub use action::{AccessLevel, Action, Sphere};
pub use condition_key::ConditionKey;
pub use context::{Context, Flag};
pub use decide::{Explanation, Target, Who};
pub use document::{Document, DocumentError, Language, MAX_DOCUMENT};
pub(crate) use document_cache::DocumentCache;
pub use evaluate::{
    Decision, Grounds, InForce, Obstacle, Place, Source, close_statements, evaluate, idle_names,
    may_be_allowed,
};
pub use question::Question;
pub use resource_type::ResourceType;
pub use statement::{Effect, Fit, Statement};
pub use system::{SystemPolicy, SystemReach, system_policies, system_policy};
pub use urn::{Urn, UrnError};
