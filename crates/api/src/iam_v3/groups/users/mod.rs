//! `/v3/groups/{group_id}/users`: who is in a group.

pub(in crate::iam_v3) mod add;
pub(in crate::iam_v3) mod check;
pub(in crate::iam_v3) mod list;
pub(in crate::iam_v3) mod remove;
