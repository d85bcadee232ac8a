//! `/v3/domains/{domain_id}/groups`: groups on the account.

pub(in crate::iam_v3) mod roles;
