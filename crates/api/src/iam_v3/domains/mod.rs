//! `/v3/domains`: the caller's account.

pub(super) mod groups;
