//! An account with which a test works.

use iam::Bootstrap;

/// What a test's token is good for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TestScope {
    /// The account.
    Domain,
    /// The account's project.
    Project,
}

/// An account with its secrets, and tokens for it.
pub struct TestAccount {
    /// What its creation gave.
    pub bootstrap: Bootstrap,
    /// A token for its project.
    pub token: String,
    /// A token for the whole account.
    pub domain_token: String,
}

impl TestAccount {
    /// The account's identifier.
    pub fn id(&self) -> String {
        self.bootstrap.account.id.to_string()
    }

    /// The identifier of its project.
    pub fn project(&self) -> String {
        self.bootstrap.project.id.to_string()
    }
}
