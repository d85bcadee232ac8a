//! `/v3/OS-INHERIT/domains/{domain_id}/groups`

mod roles;
