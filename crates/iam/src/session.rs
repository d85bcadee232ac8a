//! What a token stands for, as it is shown to its owner.

use ledger::Timestamp;

use crate::{Account, Method, Project, User};

/// A token's content with the names of what it refers to.
#[derive(Clone, Debug)]
pub struct Session {
    /// The account.
    pub account: Account,
    /// The user.
    pub user: User,
    /// The project, when that is the token's scope; else the scope is the account.
    pub project: Option<Project>,
    /// How its owner proved who they are.
    pub methods: Vec<Method>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// From when on it is no longer accepted.
    pub expires_at: Timestamp,
}
