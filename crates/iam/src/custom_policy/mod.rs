//! The custom policy: what an account's administrators allow, in documents of their own.

mod create;
mod delete;
mod document;
mod list;
mod update;
mod versions;

pub use create::NewPolicy;
pub use update::PolicyChange;
pub use versions::Activation;

use ledger::{AccountId, PolicyId, RowId, Table, Timestamp};

/// Which kind of document a policy carries, and so over which API it is kept and attached.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum PolicyKind {
    /// Document version 1.1 for actions on the whole account: type `AX`.
    AccountRole,
    /// Document version 5.0.
    Identity,
    /// Document version 1.1 for actions within projects: type `XA`.
    ProjectRole,
}

/// One version of a policy's document.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PolicyVersion {
    /// Its number, from 1; shown as `v1`.
    pub number: u32,
    /// The document, JSON as it was given.
    pub document: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A policy of an account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CustomPolicy {
    /// Its identifier.
    pub id: PolicyId,
    /// Whose policy it is.
    pub account: AccountId,
    /// Its name, unique within the account.
    pub name: String,
    /// What its makers noted about it; may be empty.
    pub description: String,
    /// Its kind; never changes.
    pub kind: PolicyKind,
    /// The number of the version in force.
    pub default_version: u32,
    /// The number that was given last; numbers never come twice.
    pub latest_version: u32,
    /// The versions that are kept, the oldest first; the one in force is among them.
    pub versions: Vec<PolicyVersion>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

impl CustomPolicy {
    /// The row that keeps it.
    pub fn row(&self) -> RowId {
        RowId::new(Table::Policies, self.id)
    }

    /// The version of this number.
    pub fn version(&self, number: u32) -> Option<&PolicyVersion> {
        self.versions.iter().find(|version| version.number == number)
    }

    /// The document in force.
    pub fn document(&self) -> &str {
        self.version(self.default_version).map_or("", |version| &version.document)
    }
}

/// Which policies to list, and which part of the list, in the order of their identifiers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PolicyFilter {
    /// Only those of this account.
    pub account: AccountId,
    /// Only the one of exactly this name.
    pub name: Option<String>,
    /// Only those behind this one.
    pub after: Option<PolicyId>,
    /// How many to give at most.
    pub limit: u32,
}

impl PolicyFilter {
    /// All policies of `account`.
    pub fn of(account: AccountId) -> Self {
        Self { account, name: None, after: None, limit: u32::MAX }
    }
}
