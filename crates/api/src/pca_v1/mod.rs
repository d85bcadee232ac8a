//! Private CA, version 1: `/v1/private-certificate-authorities`.

mod certificate_authorities;
mod distinguished_name;
mod error;
mod validity;
mod words;

pub(crate) use error::Error;

use axum::http::Method;
use ledger::CaId;

use crate::body::BodyLimit;
use crate::family::Family;
use crate::path::Segment;
use crate::route::Route;
use certificate_authorities::{activate, create, csr, export, import, show};

/// The routes, in the order of their paths.
pub(crate) fn routes() -> Vec<Route> {
    const FAMILY: Family = Family::PrivateCa;
    vec![
        Route::new(FAMILY, Method::POST, "/v1/private-certificate-authorities", create::handle),
        Route::new(
            FAMILY,
            Method::GET,
            "/v1/private-certificate-authorities/{ca_id}",
            show::handle,
        ),
        Route::new(
            FAMILY,
            Method::POST,
            "/v1/private-certificate-authorities/{ca_id}/activate",
            activate::handle,
        ),
        Route::new(
            FAMILY,
            Method::GET,
            "/v1/private-certificate-authorities/{ca_id}/csr",
            csr::handle,
        ),
        Route::new(
            FAMILY,
            Method::POST,
            "/v1/private-certificate-authorities/{ca_id}/export",
            export::handle,
        ),
        Route::new(
            FAMILY,
            Method::POST,
            "/v1/private-certificate-authorities/{ca_id}/import",
            import::handle,
        )
        .with_body(BodyLimit::IMPORT),
    ]
}

/// The authority that a path names.
fn ca_id(segment: &Segment) -> Result<CaId, Error> {
    authority_id("ca_id", &segment.0)
}

/// The authority that `field` names: lower-case UUID text of 36 characters.
fn authority_id(field: &str, text: &str) -> Result<CaId, Error> {
    text.parse().map_err(|_| Error::malformed_id(field))
}
