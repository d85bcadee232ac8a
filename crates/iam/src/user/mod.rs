//! The user: who signs in.

use std::fmt;

use ledger::{AccountId, RowId, Table, Timestamp, UserId};

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
