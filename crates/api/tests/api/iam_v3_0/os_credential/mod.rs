//! `/v3.0/OS-CREDENTIAL`

mod credentials;
mod securitytokens;
