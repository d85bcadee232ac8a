//! What this crate writes: the union of its entities.

use ledger::RowId;

use crate::{
    AccessKey, Account, Attachment, CustomPolicy, Group, Membership, Project, TemporaryKey, Token,
    User,
};

/// One row that this crate asks the store to write.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Record {
    /// An access key.
    AccessKey(AccessKey),
    /// An account.
    Account(Account),
    /// A policy attached to a user or group.
    Attachment(Attachment),
    /// A group.
    Group(Group),
    /// A user's place in a group.
    Membership(Membership),
    /// A policy of an account.
    Policy(CustomPolicy),
    /// A project.
    Project(Project),
    /// The same password's hash at another cost: takes the place of the one in its user's row, whose
    /// version stays, since nothing that anybody decides rests on it.
    Rehash(User),
    /// A temporary access key.
    TemporaryKey(TemporaryKey),
    /// A token.
    Token(Token),
    /// A user.
    User(User),
}

impl Record {
    /// Whether replacing its row leaves the version as it is.
    pub fn keeps_version(&self) -> bool {
        matches!(self, Self::Rehash(_))
    }

    /// Which row it is.
    pub fn row(&self) -> RowId {
        match self {
            Self::AccessKey(key) => key.row(),
            Self::Account(account) => account.row(),
            Self::Attachment(attachment) => attachment.row(),
            Self::Group(group) => group.row(),
            Self::Membership(membership) => membership.row(),
            Self::Policy(policy) => policy.row(),
            Self::Project(project) => project.row(),
            Self::Rehash(user) => user.row(),
            Self::TemporaryKey(key) => key.row(),
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

impl From<Attachment> for Record {
    fn from(attachment: Attachment) -> Self {
        Self::Attachment(attachment)
    }
}

impl From<CustomPolicy> for Record {
    fn from(policy: CustomPolicy) -> Self {
        Self::Policy(policy)
    }
}

impl From<Group> for Record {
    fn from(group: Group) -> Self {
        Self::Group(group)
    }
}

impl From<Membership> for Record {
    fn from(membership: Membership) -> Self {
        Self::Membership(membership)
    }
}

impl From<Project> for Record {
    fn from(project: Project) -> Self {
        Self::Project(project)
    }
}

impl From<TemporaryKey> for Record {
    fn from(key: TemporaryKey) -> Self {
        Self::TemporaryKey(key)
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
