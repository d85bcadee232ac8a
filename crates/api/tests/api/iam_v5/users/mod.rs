//! `/v5/users`

mod access_keys;
