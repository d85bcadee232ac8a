//! `/v3/users`

mod create;
mod delete;
mod groups;
mod list;
mod password;
mod show;
mod update;
