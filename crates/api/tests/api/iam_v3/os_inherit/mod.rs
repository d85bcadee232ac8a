//! `/v3/OS-INHERIT`

mod domains;
