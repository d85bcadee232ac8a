//! `/v3/users`: users of the caller's account.

pub(crate) mod change;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod groups;
pub(super) mod list;
pub(super) mod password;
pub(super) mod show;
pub(super) mod update;
pub(super) mod view;
