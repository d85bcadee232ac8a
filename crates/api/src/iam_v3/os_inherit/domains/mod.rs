//! `/v3/OS-INHERIT/domains`: the projects of the caller's account.

pub(in crate::iam_v3) mod groups;
