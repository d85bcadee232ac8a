//! `/v3/auth`: what a caller may use, and tokens.

pub(super) mod domains;
pub(super) mod projects;
pub(super) mod tokens;
