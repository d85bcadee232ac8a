//! `/v2/{project_id}/certmanager/private-certificate-authorities`

mod attachment;
pub(super) mod create;
pub(super) mod crl;
mod crl_configuration;
pub(super) mod csr;
pub(super) mod delete;
pub(super) mod export;
mod fields;
pub(super) mod import;
pub(super) mod list;
pub(super) mod show;
pub(super) mod status;
mod words;

/// The header in which the calls that make an authority tell its identifier: their bodies have no
/// place for it.
const CERT_ID: &str = "x-cert-id";
