//! `/v5/groups`: groups and who is in them.

pub(super) mod add_user;
pub(super) mod attached_policies;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod list;
pub(super) mod remove_user;
pub(super) mod show;
pub(super) mod update;
mod view;
