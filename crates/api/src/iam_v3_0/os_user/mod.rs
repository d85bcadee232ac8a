//! `/v3.0/OS-USER`: users, with more about them than version 3 tells.

pub(super) mod users;
