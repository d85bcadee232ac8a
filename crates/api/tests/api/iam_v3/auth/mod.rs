//! `/v3/auth`

mod domains;
mod projects;
mod tokens;
