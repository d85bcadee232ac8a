//! Private CA, version 1: `/v1/private-certificate-authorities`.

mod distinguished_name;
mod error;
mod private_certificate_authorities;
mod validity;
mod words;

pub(crate) use error::Error;

use ledger::CaId;

use crate::body::BodyLimit;
use crate::family::Family;
use crate::path::Segment;
use crate::route::{Route, route};
use private_certificate_authorities::{
    account_tags, activate, create, csr, delete, disable, enable, export, import, list, quotas,
    restore, revoke, show, tags,
};

/// The routes, in the order of their paths.
pub(crate) fn routes() -> Vec<Route> {
    const FAMILY: Family = Family::PrivateCa;
    vec![
        route!(FAMILY, list),
        route!(FAMILY, create),
        route!(FAMILY, quotas),
        route!(FAMILY, account_tags),
        route!(FAMILY, show),
        route!(FAMILY, delete),
        route!(FAMILY, activate),
        route!(FAMILY, csr),
        route!(FAMILY, disable),
        route!(FAMILY, enable),
        route!(FAMILY, export),
        route!(FAMILY, import).with_body(BodyLimit::IMPORT),
        route!(FAMILY, restore),
        route!(FAMILY, revoke),
        route!(FAMILY, tags::list),
        route!(FAMILY, tags::put),
        route!(FAMILY, tags::create),
        route!(FAMILY, tags::delete),
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
