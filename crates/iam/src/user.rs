//! The user: who signs in.

use std::fmt;

use ledger::{AccountId, RowId, Table, Timestamp, UserId};

use crate::State;

/// A user of an account.
#[derive(Clone, Eq, PartialEq)]
pub struct User {
    /// Its identifier.
    pub id: UserId,
    /// Whose user it is.
    pub account: AccountId,
    /// Its name, unique within the account.
    pub name: String,
    /// The Argon2id hash of its password, as a PHC string.
    pub password_hash: String,
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
            .field("state", &self.state)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}
