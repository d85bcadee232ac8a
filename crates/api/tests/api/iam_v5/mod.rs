//! `/v5`

mod caller_identity;
mod caller_password;
mod groups;
mod policies;
mod users;
