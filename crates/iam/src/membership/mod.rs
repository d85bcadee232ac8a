//! The membership: a user's place in a group.

mod add;
mod remove;

use ledger::{AccountId, GroupId, RowId, Table, Timestamp, UserId};

/// The fact that a user belongs to a group of its account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Membership {
    /// The group.
    pub group: GroupId,
    /// The user.
    pub user: UserId,
    /// The account of both.
    pub account: AccountId,
    /// Since when.
    pub created_at: Timestamp,
}

impl Membership {
    /// The row that keeps it.
    pub fn row(&self) -> RowId {
        RowId::new(Table::Memberships, Self::key(self.group, self.user))
    }

    /// The key of the row that keeps the membership of `user` in `group`.
    pub fn key(group: GroupId, user: UserId) -> String {
        format!("{group}/{user}")
    }
}
