//! The group: users of an account that policies reach together.

mod create;
mod delete;
mod list;
mod update;

pub use update::GroupChange;

use ledger::{AccountId, GroupId, RowId, Table, Timestamp, UserId};

/// A group of users of an account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Group {
    /// Its identifier.
    pub id: GroupId,
    /// Whose group it is.
    pub account: AccountId,
    /// Its name, unique within the account.
    pub name: String,
    /// What its makers noted about it; may be empty.
    pub description: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Group {
    /// The row that keeps it.
    pub fn row(&self) -> RowId {
        RowId::new(Table::Groups, self.id)
    }
}

/// Which groups to list, and which part of the list, in the order of their identifiers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GroupFilter {
    /// Only those of this account.
    pub account: AccountId,
    /// Only the one of exactly this name.
    pub name: Option<String>,
    /// Only those that this user belongs to.
    pub member: Option<UserId>,
    /// Only those behind this one.
    pub after: Option<GroupId>,
    /// How many to give at most.
    pub limit: u32,
}

impl GroupFilter {
    /// All groups of `account`.
    pub fn of(account: AccountId) -> Self {
        Self { account, name: None, member: None, after: None, limit: u32::MAX }
    }
}
