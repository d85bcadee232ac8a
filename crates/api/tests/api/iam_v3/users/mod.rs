//! `/v3/users`

mod password;
