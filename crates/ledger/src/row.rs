//! How a change set speaks of rows: their tables, keys, versions and counters.

use std::fmt;

use crate::{AccountId, CaId, GroupId, ProjectId, UserId};

/// A kind of row that carries a version.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Table {
    /// `iam`: access keys, by access key id.
    AccessKeys,
    /// `iam`: accounts.
    Accounts,
    /// `pki`: agencies, by account id.
    Agencies,
    /// `iam`: policies attached to users and groups, by `principal/policy/reach`.
    Attachments,
    /// `pki`: certificate authorities.
    Authorities,
    /// `pki`: certificates that authorities issued to others.
    Certificates,
    /// `pki`: the enterprise profile of an account, by account id.
    Companies,
    /// `pki`: the last CRL of a list, by `authority` or `authority/shard`.
    CrlHeads,
    /// `pki`: places that authorities have taken for their CRLs, by `bucket/name`.
    CrlPlaces,
    /// `pki`: what the CRLs of an authority are to be, by the authority's id.
    Crls,
    /// `pki`: certification requests.
    Csrs,
    /// `iam`: groups of users.
    Groups,
    /// `pki`: private keys.
    Keys,
    /// `pki`: leases on work that servers do by themselves, by the work's name. They are made and
    /// renewed by the store alone: a change set can only expect them.
    Leases,
    /// `iam`: which user is in which group, by `group/user`.
    Memberships,
    /// `iam`: policies of accounts.
    Policies,
    /// `iam`: projects.
    Projects,
    /// `pki`: OCSP responders of authorities, by the authority's id.
    Responders,
    /// `pki`: revoked certificates, by `issuer/serial`.
    Revocations,
    /// `iam`: temporary access keys, by access key id.
    TemporaryKeys,
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
    /// Certificates of an account, whatever their status.
    Certificates,
    /// Certification requests of an account.
    Csrs,
    /// Groups of an account.
    Groups,
    /// Groups that a user belongs to.
    GroupsOfUser,
    /// Policies of an account.
    Policies,
    /// Policies attached to a user or a group, by the principal's identifier.
    PoliciesAttached,
    /// Certificates that point to shards of the CRL, of an authority; it only grows.
    Sharded,
    /// Revocations that no published CRL tells yet, by the list that is to tell them.
    Unpublished,
    /// Users of an account, its owner not counted.
    Users,
    /// Workspace certificate authorities of a project, pending ones counted.
    WorkspaceAuthorities,
}

/// A number that many requests raise at once, kept beside the rows that it counts.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Counter {
    /// What it counts.
    pub quota: Quota,
    /// Whose: the text of an account's, project's, group's or user's identifier.
    pub scope: String,
}

impl Counter {
    /// The counter of an account.
    pub fn of_account(quota: Quota, account: AccountId) -> Self {
        Self { quota, scope: account.to_string() }
    }

    /// The counter of an authority.
    pub fn of_authority(quota: Quota, authority: CaId) -> Self {
        Self { quota, scope: authority.to_string() }
    }

    /// The counter of a group.
    pub fn of_group(quota: Quota, group: GroupId) -> Self {
        Self { quota, scope: group.to_string() }
    }

    /// The counter of a project.
    pub fn of_project(quota: Quota, project: ProjectId) -> Self {
        Self { quota, scope: project.to_string() }
    }

    /// The counter of a user.
    pub fn of_user(quota: Quota, user: UserId) -> Self {
        Self { quota, scope: user.to_string() }
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
