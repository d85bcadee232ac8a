//! `/v3.0/OS-USER`

mod users;
