//! How many of everything there may be: the cloud's own figures, or what it raises them to.

use ledger::Quota;

/// How many users an account may have beside its owner.
const USERS: i64 = 1000;
/// How many groups an account may have.
const GROUPS: i64 = 100;
/// How many groups a user may belong to.
const GROUPS_OF_USER: i64 = 10;
/// How many policies an account may have.
const POLICIES: i64 = 200;
/// How many policies may be attached to a user or a group.
const POLICIES_ATTACHED: i64 = 200;
/// How many versions of a policy are kept.
pub(crate) const POLICY_VERSIONS: usize = 5;
/// How many characters a user's name may have.
pub(crate) const USER_NAME: usize = 64;
/// How many characters the name of a group or policy may have.
pub(crate) const NAME: usize = 128;
/// How many characters a description may have.
pub(crate) const DESCRIPTION: usize = 255;

/// The bound of a quota that this crate counts; `None` for those of others.
pub(crate) fn most(quota: Quota) -> Option<i64> {
    match quota {
        Quota::Groups => Some(GROUPS),
        Quota::GroupsOfUser => Some(GROUPS_OF_USER),
        Quota::Policies => Some(POLICIES),
        Quota::PoliciesAttached => Some(POLICIES_ATTACHED),
        Quota::Users => Some(USERS),
        _ => None,
    }
}
