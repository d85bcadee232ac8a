//! `/v3/OS-INHERIT`: what counts in every project.

pub(super) mod domains;
