//! `/v3/domains/{domain_id}/groups`

mod roles;
