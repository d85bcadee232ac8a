//! SSL certificates, version 3: `/v3/scm`.

mod csr;
mod error;

pub(crate) use error::Error;

use axum::http::Method;
use ledger::CsrId;

use crate::family::Family;
use crate::path::Segment;
use crate::route::Route;
use csr::{create, private_key, show, upload};

/// The routes, in the order of their paths.
pub(crate) fn routes() -> Vec<Route> {
    const FAMILY: Family = Family::Scm;
    vec![
        Route::new(FAMILY, Method::POST, "/v3/scm/csr", create::handle),
        Route::new(FAMILY, Method::POST, "/v3/scm/csr/upload", upload::handle),
        Route::new(FAMILY, Method::GET, "/v3/scm/csr/{id}", show::handle),
        Route::new(FAMILY, Method::GET, "/v3/scm/csr/{id}/private-key", private_key::handle),
    ]
}

/// The certification request that a path names. A malformed identifier is that of nothing.
fn csr_id(segment: &Segment) -> Result<CsrId, Error> {
    segment.0.parse().map_err(|_| Error::csr_not_found())
}
