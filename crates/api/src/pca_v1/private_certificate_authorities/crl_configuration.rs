//! The CRL configuration in a request: there are no CRLs before revocation exists.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::json::Object;
use crate::pca_v1::Error;
use crate::schema;

/// A CRL configuration in a request.
#[derive(Deserialize, ToSchema)]
pub(super) struct CrlConfiguration {
    #[schema(schema_with = schema::optional_flag)]
    enabled: Option<bool>,
}

/// Refuses a configuration that switches CRLs on.
pub(super) fn refuse_crl(configuration: Option<Object<CrlConfiguration>>) -> Result<(), Error> {
    match configuration {
        Some(Object(CrlConfiguration { enabled: Some(true) })) => Err(Error::crl_unavailable()),
        Some(_) | None => Ok(()),
    }
}
