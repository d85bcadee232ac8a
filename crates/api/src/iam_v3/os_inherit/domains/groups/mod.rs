//! `/v3/OS-INHERIT/domains/{domain_id}/groups`: groups on all projects.

pub(in crate::iam_v3) mod roles;
