//! `/v3.0/OS-CREDENTIAL`: access keys, lasting and temporary.

pub(super) mod credentials;
pub(super) mod securitytokens;
