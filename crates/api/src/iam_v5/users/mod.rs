//! `/v5/users`: users and what is theirs.

pub(super) mod access_keys;
