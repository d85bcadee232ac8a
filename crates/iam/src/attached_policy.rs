//! A policy as it reaches a user.

use ledger::{GroupId, PolicyId, ProjectId};

/// Where an attached policy counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reach {
    /// Everywhere in the account: attached over version 5 of the identity API.
    Everywhere,
    /// For actions on the whole account ("domain" in version 3, global services).
    Domain,
    /// For actions within this project.
    Project(ProjectId),
    /// For actions within every project.
    AllProjects,
}

/// A policy that is attached to a user or to one of its groups.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AttachedPolicy {
    /// The policy.
    pub policy: PolicyId,
    /// Its name, for explanations.
    pub name: String,
    /// The document in force: its default version, JSON.
    pub document: String,
    /// Where it counts.
    pub reach: Reach,
    /// The group through which it reaches the user; `None` when it is attached to the user.
    pub group: Option<GroupId>,
}
