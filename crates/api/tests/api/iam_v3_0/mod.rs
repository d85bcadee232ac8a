//! `/v3.0`

mod os_credential;
mod os_role;
mod os_user;
