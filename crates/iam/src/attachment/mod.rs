//! The attachment: a policy given to a user or a group.

mod attach;
mod detach;

use std::fmt;

use ledger::{AccountId, GroupId, PolicyId, RowId, Table, Timestamp, UserId};

use crate::Reach;

/// Who a policy can be attached to.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Principal {
    /// A group: the policy reaches all of its users.
    Group(GroupId),
    /// A user.
    User(UserId),
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group(id) => write!(f, "group:{id}"),
            Self::User(id) => write!(f, "user:{id}"),
        }
    }
}

/// A policy by who made it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum PolicyRef {
    /// The account's own.
    Custom(PolicyId),
    /// One that every account has.
    System(PolicyId),
}

impl PolicyRef {
    /// Its identifier.
    pub fn id(self) -> PolicyId {
        match self {
            Self::Custom(id) | Self::System(id) => id,
        }
    }
}

/// The fact that a policy is attached to a user or a group.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attachment {
    /// The account of the user or group.
    pub account: AccountId,
    /// Who it is attached to.
    pub principal: Principal,
    /// What is attached.
    pub policy: PolicyRef,
    /// Where it counts.
    pub reach: Reach,
    /// Since when.
    pub created_at: Timestamp,
}

impl Attachment {
    /// The row that keeps it.
    pub fn row(&self) -> RowId {
        RowId::new(Table::Attachments, Self::key(self.principal, self.policy.id(), self.reach))
    }

    /// The key of the row that keeps the attachment of `policy` to `principal` within `reach`.
    pub fn key(principal: Principal, policy: PolicyId, reach: Reach) -> String {
        format!("{principal}/{policy}/{reach}")
    }
}

/// Which attachments to list, in the order of their keys.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AttachmentFilter {
    /// Only those of this account.
    pub account: AccountId,
    /// Only those to this user or group itself.
    pub principal: Option<Principal>,
    /// Only those of this policy.
    pub policy: Option<PolicyId>,
    /// How many to give at most.
    pub limit: u32,
}

impl AttachmentFilter {
    /// Those to `principal`.
    pub fn to(account: AccountId, principal: Principal) -> Self {
        Self { account, principal: Some(principal), policy: None, limit: u32::MAX }
    }

    /// Those of `policy`.
    pub fn of(account: AccountId, policy: PolicyId) -> Self {
        Self { account, principal: None, policy: Some(policy), limit: u32::MAX }
    }
}
