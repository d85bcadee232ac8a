//! The kinds of things that an administrator of an account speaks of.

use std::fmt;

/// A kind of thing that can be missing, there already, or in use.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Thing {
    /// A policy attached to somebody.
    Attachment,
    /// A group of users.
    Group,
    /// A user's place in a group.
    Membership,
    /// A policy.
    Policy,
    /// A version of a policy.
    PolicyVersion,
    /// A user.
    User,
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Attachment => "attachment",
            Self::Group => "group",
            Self::Membership => "membership",
            Self::Policy => "policy",
            Self::PolicyVersion => "policy version",
            Self::User => "user",
        })
    }
}
