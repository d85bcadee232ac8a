//! How a change set speaks of rows: their tables, keys, versions and counters.

use std::fmt;

use crate::{AccountId, ProjectId};

/// A kind of row that carries a version.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Table {
    /// `iam`: access keys, by access key id.
    AccessKeys,
    /// `iam`: accounts.
    Accounts,
    /// `pki`: certificate authorities.
    Authorities,
    /// `pki`: the enterprise profile of an account, by account id.
    Companies,
    /// `pki`: certification requests.
    Csrs,
    /// `pki`: private keys.
    Keys,
    /// `iam`: projects.
    Projects,
    /// `iam`: tokens, by the hex SHA-256 of their text.
    Tokens,
    /// `iam`: users.
    Users,
    /// `pki`: Workspace transactions, by `project/transaction`.
    WorkspaceTransactions,
}

/// One row: its table and its key as text.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RowId {
    /// Where it is kept.
    pub table: Table,
    /// Its primary key.
    pub key: String,
}

impl RowId {
    /// The row of `table` with this key.
    pub fn new(table: Table, key: impl fmt::Display) -> Self {
        Self { table, key: key.to_string() }
    }
}

/// How often a row has been written: 1 when inserted, one more at each replacement.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Version(pub i64);

/// What was read, and at which version.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Versioned<T> {
    /// What was read.
    pub value: T,
    /// The version it was read at.
    pub version: Version,
}

/// A row that a decision read: the commit holds only while the row is still at this version.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Expectation {
    /// The row that was read.
    pub row: RowId,
    /// The version it was read at.
    pub version: Version,
}

/// What a counter counts.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Quota {
    /// Certificate authorities of an account, Workspace's not counted.
    Authorities,
    /// Certification requests of an account.
    Csrs,
    /// Workspace certificate authorities of a project, pending ones counted.
    WorkspaceAuthorities,
}

/// A number that many requests raise at once, kept beside the rows that it counts.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Counter {
    /// What it counts.
    pub quota: Quota,
    /// Whose: the text of an account's or project's identifier.
    pub scope: String,
}

impl Counter {
    /// The counter of an account.
    pub fn of_account(quota: Quota, account: AccountId) -> Self {
        Self { quota, scope: account.to_string() }
    }

    /// The counter of a project.
    pub fn of_project(quota: Quota, project: ProjectId) -> Self {
        Self { quota, scope: project.to_string() }
    }
}

/// A change of a counter that holds only while the result is within its bound.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Addition {
    /// The counter.
    pub counter: Counter,
    /// What to add; negative gives back.
    pub amount: i64,
    /// The greatest allowed result; `None` is no bound.
    pub at_most: Option<i64>,
}
