//! `/v3.0`

mod os_credential;
