//! `/v1/private-certificate-authorities`: certificate authorities.

pub(super) mod activate;
pub(super) mod create;
mod crl_configuration;
pub(super) mod csr;
pub(super) mod export;
pub(super) mod import;
mod issuance;
pub(super) mod show;
