//! `/v5/policies`: policies of document version 5.0, their versions and whom they are attached to.

pub(super) mod attach_group;
pub(super) mod attach_user;
pub(super) mod attached_entities;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod detach_group;
pub(super) mod detach_user;
mod find;
pub(super) mod list;
pub(super) mod show;
pub(super) mod update;
pub(super) mod versions;
pub(super) mod view;
