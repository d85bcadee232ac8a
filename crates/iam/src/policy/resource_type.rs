//! The types of things that a policy can name.

/// A type of resource.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ResourceType {
    /// A private certificate authority.
    Authority,
    /// A group of users.
    Group,
    /// A policy.
    Policy,
    /// A user.
    User,
}

impl ResourceType {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Authority, Self::Group, Self::Policy, Self::User];

    /// The service that has it, as URNs begin.
    pub fn service(self) -> &'static str {
        match self {
            Self::Authority => "pca",
            Self::Group | Self::Policy | Self::User => "iam",
        }
    }

    /// Its name within the service.
    pub fn name(self) -> &'static str {
        match self {
            Self::Authority => "ca",
            Self::Group => "group",
            Self::Policy => "policy",
            Self::User => "user",
        }
    }
}
