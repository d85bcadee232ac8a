//! The CRL configuration in a request: there are no CRLs before revocation exists.

use serde::Deserialize;

use crate::json::Object;
use crate::pca_v1::Error;

/// A CRL configuration in a request.
#[derive(Deserialize)]
pub(super) struct CrlConfiguration {
    enabled: Option<bool>,
}

/// Refuses a configuration that switches CRLs on.
pub(super) fn refuse_crl(configuration: Option<Object<CrlConfiguration>>) -> Result<(), Error> {
    match configuration {
        Some(Object(CrlConfiguration { enabled: Some(true) })) => Err(Error::crl_unavailable()),
        Some(_) | None => Ok(()),
    }
}
