//! The user: who signs in.

mod create;
mod delete;
mod list;
mod update;

pub use create::NewUser;
pub use update::UserChange;

use std::fmt;

use ledger::{AccountId, GroupId, RowId, Table, Timestamp, UserId};

use crate::State;

/// What a user is within its account.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Standing {
    /// May do what the policies that are attached to it, or to its groups, allow: at first nothing.
    Member,
    /// The account's administrator, made with it: may do everything, whatever policies say.
    Owner,
}

/// A user of an account.
#[derive(Clone, Eq, PartialEq)]
pub struct User {
    /// Its identifier.
    pub id: UserId,
    /// Whose user it is.
    pub account: AccountId,
    /// Its name, unique within the account.
    pub name: String,
    /// What it is within its account.
    pub standing: Standing,
    /// What its makers noted about it; may be empty.
    pub description: String,
    /// The Argon2id hash of its password, as a PHC string; `None` when it has no password and
    /// signs requests only.
    pub password_hash: Option<String>,
    /// Counts what ends its sessions: a new password, an access key disabled or deleted. Tokens
    /// and temporary access keys carry the number of their day, and die with the next one.
    pub generation: u32,
    /// Whether it may sign in.
    pub state: State,
    /// When it was made.
    pub created_at: Timestamp,
}

impl User {
    /// The row that keeps it.
    pub fn row(&self) -> RowId {
        RowId::new(Table::Users, self.id)
    }

    /// The same user with its sessions ended.
    pub(crate) fn next_generation(&self) -> Self {
        Self { generation: self.generation.wrapping_add(1), ..self.clone() }
    }
}

/// Which users to list, and which part of the list, in the order of their identifiers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UserFilter {
    /// Only those of this account.
    pub account: AccountId,
    /// Only the one of exactly this name.
    pub name: Option<String>,
    /// Only those in this state.
    pub state: Option<State>,
    /// Only those of this group.
    pub group: Option<GroupId>,
    /// Only those behind this one.
    pub after: Option<UserId>,
    /// How many to give at most.
    pub limit: u32,
}

impl UserFilter {
    /// All users of `account`.
    pub fn of(account: AccountId) -> Self {
        Self { account, name: None, state: None, group: None, after: None, limit: u32::MAX }
    }
}

impl fmt::Debug for User {
    /// Shows everything but the password hash.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("account", &self.account)
            .field("name", &self.name)
            .field("standing", &self.standing)
            .field("description", &self.description)
            .field("generation", &self.generation)
            .field("state", &self.state)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}
