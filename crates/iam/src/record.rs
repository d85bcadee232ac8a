//! What this crate writes: the union of its entities.

use ledger::RowId;

use crate::{AccessKey, Account, Project, Token, User};

/// One row that this crate asks the store to write.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Record {
    /// An access key.
    AccessKey(AccessKey),
    /// An account.
    Account(Account),
    /// A project.
    Project(Project),
    /// A token.
    Token(Token),
    /// A user.
    User(User),
}

impl Record {
    /// Which row it is.
    pub fn row(&self) -> RowId {
        match self {
            Self::AccessKey(key) => key.row(),
            Self::Account(account) => account.row(),
            Self::Project(project) => project.row(),
            Self::Token(token) => token.row(),
            Self::User(user) => user.row(),
        }
    }
}

impl From<AccessKey> for Record {
    fn from(key: AccessKey) -> Self {
        Self::AccessKey(key)
    }
}

impl From<Account> for Record {
    fn from(account: Account) -> Self {
        Self::Account(account)
    }
}

impl From<Project> for Record {
    fn from(project: Project) -> Self {
        Self::Project(project)
    }
}

impl From<Token> for Record {
    fn from(token: Token) -> Self {
        Self::Token(token)
    }
}

impl From<User> for Record {
    fn from(user: User) -> Self {
        Self::User(user)
    }
}
