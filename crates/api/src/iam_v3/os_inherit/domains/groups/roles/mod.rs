//! `/v3/OS-INHERIT/domains/{domain_id}/groups/{group_id}/roles`: which roles a group has on all projects.

pub(in crate::iam_v3) mod check;
pub(in crate::iam_v3) mod grant;
pub(in crate::iam_v3) mod list;
pub(in crate::iam_v3) mod revoke;
