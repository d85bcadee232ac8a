//! `/v5/users`: users and what is theirs.

pub(super) mod access_keys;
pub(super) mod attached_policies;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod list;
pub(super) mod show;
pub(super) mod update;
mod view;
