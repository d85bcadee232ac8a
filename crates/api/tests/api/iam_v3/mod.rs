//! `/v3/auth` and `/v3/projects`

mod auth;
mod domains;
pub(crate) mod grants;
pub(crate) mod groups;
mod os_inherit;
mod projects;
pub(crate) mod roles;
mod users;
