//! `/v3/groups`: groups of the caller's account.

pub(super) mod create;
pub(super) mod delete;
pub(super) mod list;
pub(super) mod show;
pub(super) mod update;
pub(super) mod users;
pub(super) mod view;
