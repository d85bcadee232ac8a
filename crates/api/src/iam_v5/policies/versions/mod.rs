//! `/v5/policies/{policy_id}/versions`: the versions of a policy's document.

pub(in crate::iam_v5) mod create;
pub(in crate::iam_v5) mod delete;
pub(in crate::iam_v5) mod list;
pub(in crate::iam_v5) mod set_default;
pub(in crate::iam_v5) mod show;
mod view;
