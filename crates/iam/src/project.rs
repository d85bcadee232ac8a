//! The project: a part of an account, named after the region that clients look it up by.

use ledger::{AccountId, ProjectId, RowId, Table, Timestamp};

use crate::State;

/// A project of an account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Project {
    /// Its identifier, sent as `X-Project-Id`.
    pub id: ProjectId,
    /// Whose it is.
    pub account: AccountId,
    /// Its name, unique within the account.
    pub name: String,
    /// What it is for, in the words of who made it.
    pub description: String,
    /// Whether it may be used.
    pub state: State,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Project {
    /// The row that keeps it.
    pub fn row(&self) -> RowId {
        RowId::new(Table::Projects, self.id)
    }
}

/// Which projects to list, and which part of the list, in the order of their identifiers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProjectFilter {
    /// Only those of this account.
    pub account: AccountId,
    /// Only the one of exactly this name.
    pub name: Option<String>,
    /// Only those in this state.
    pub state: Option<State>,
    /// How many to leave out at the start.
    pub offset: u32,
    /// How many to give at most.
    pub limit: u32,
}
