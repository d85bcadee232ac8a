//! SSL certificates, version 3: `/v3/scm`.

mod csr;
mod error;

pub(crate) use error::Error;

use ledger::CsrId;

use crate::family::Family;
use crate::path::Segment;
use crate::route::{Route, route};
use csr::{create, delete, list, private_key, show, update, upload};

/// The routes, in the order of their paths.
pub(crate) fn routes() -> Vec<Route> {
    const FAMILY: Family = Family::Scm;
    vec![
        route!(FAMILY, list),
        route!(FAMILY, create),
        route!(FAMILY, upload),
        route!(FAMILY, show),
        route!(FAMILY, update),
        route!(FAMILY, delete),
        route!(FAMILY, private_key),
    ]
}

/// The certification request that a path names. A malformed identifier is that of nothing.
fn csr_id(segment: &Segment) -> Result<CsrId, Error> {
    segment.0.parse().map_err(|_| Error::csr_not_found())
}
