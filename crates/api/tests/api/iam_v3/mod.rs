//! `/v3/auth` and `/v3/projects`

mod auth;
mod projects;
mod users;
