//! A policy as it reaches a user.

use std::fmt;
use std::str::FromStr;

use ledger::{GroupId, PolicyId, ProjectId};

/// Where an attached policy counts.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
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

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everywhere => f.write_str("everywhere"),
            Self::Domain => f.write_str("domain"),
            Self::Project(id) => write!(f, "project:{id}"),
            Self::AllProjects => f.write_str("all_projects"),
        }
    }
}

/// Why a text is no reach.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a reach of a policy")]
pub struct ReachError;

impl FromStr for Reach {
    type Err = ReachError;

    fn from_str(text: &str) -> Result<Self, ReachError> {
        match text {
            "everywhere" => Ok(Self::Everywhere),
            "domain" => Ok(Self::Domain),
            "all_projects" => Ok(Self::AllProjects),
            _ => {
                let project = text.strip_prefix("project:").ok_or(ReachError)?;
                project.parse().map(Self::Project).map_err(|_| ReachError)
            }
        }
    }
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
