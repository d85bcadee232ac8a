//! `/v2/{project_id}/certmanager/private-certificate-authorities`

mod attachment;
pub(super) mod csr;
mod fields;
pub(super) mod import;
