//! The identifiers that paths, queries and bodies name.

use ledger::{GroupId, PolicyId, UserId};

use crate::iam_v3_0::Error;

/// The identifier of a group.
pub(super) fn group(id: &str) -> Result<GroupId, Error> {
    id.parse().map_err(|_| Error::not_found(format!("group {id} does not exist")))
}

/// The identifier of a policy.
pub(super) fn policy(id: &str) -> Result<PolicyId, Error> {
    id.parse().map_err(|_| Error::not_found(format!("policy {id} does not exist")))
}

/// The identifier of a user.
pub(super) fn user(id: &str) -> Result<UserId, Error> {
    id.parse().map_err(|_| Error::not_found(format!("user {id} does not exist")))
}

/// The number of a version of a policy: 2 for `v2`.
pub(super) fn version(id: &str) -> Result<u32, Error> {
    let digits = id.strip_prefix('v').filter(|digits| !digits.starts_with(['0', '+']));
    let number = digits.and_then(|digits| digits.parse().ok());
    number.ok_or_else(|| Error::not_found(format!("policy version {id} does not exist")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_has_one_spelling() {
        assert_eq!(version("v12").unwrap(), 12);
        for id in ["", "v", "2", "V2", "v02", "v+2", "v-1", "v99999999999"] {
            assert!(version(id).is_err(), "{id}");
        }
    }
}
