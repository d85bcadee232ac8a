//! `/v3.0/OS-ROLE`

mod roles;
