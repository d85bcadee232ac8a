//! Private CA, version 1: `/v1/private-certificate-authorities`, `/v1/private-certificates`.

mod distinguished_name;
mod enterprise_project;
mod error;
mod listing;
mod pca;
mod private_certificate_authorities;
mod private_certificates;
mod quota_answer;
mod tag_search;
mod tags;
mod validity;
mod words;

pub(crate) use error::Error;

use ledger::{CaId, CertificateId};

use crate::body::BodyLimit;
use crate::family::Family;
use crate::parameter::BadParameter;
use crate::path::Segment;
use crate::route::{Route, route};
use private_certificate_authorities::{
    account_tags, activate, agencies, agency, create, crl, csr, delete, disable, enable, export,
    import, list, obs, ocsp, order, quotas, resource_instances, restore, revoke, show,
    tags as authority_tags,
};

/// The routes, in the order of their paths.
pub(crate) fn routes() -> Vec<Route> {
    use private_certificates as certificates;
    const FAMILY: Family = Family::PrivateCa;
    vec![
        route!(FAMILY, pca::config::console),
        route!(FAMILY, list),
        route!(FAMILY, create),
        route!(FAMILY, order),
        route!(FAMILY, quotas),
        route!(FAMILY, agencies),
        route!(FAMILY, agency),
        route!(FAMILY, obs::agencies::show),
        route!(FAMILY, obs::agencies::create),
        route!(FAMILY, obs::buckets),
        route!(FAMILY, resource_instances::count),
        route!(FAMILY, resource_instances::filter),
        route!(FAMILY, account_tags),
        route!(FAMILY, show),
        route!(FAMILY, delete),
        route!(FAMILY, activate),
        route!(FAMILY, crl::disable),
        route!(FAMILY, crl::enable),
        route!(FAMILY, csr),
        route!(FAMILY, disable),
        route!(FAMILY, enable),
        route!(FAMILY, export),
        route!(FAMILY, import).with_body(BodyLimit::IMPORT),
        route!(FAMILY, ocsp::switch),
        route!(FAMILY, restore),
        route!(FAMILY, revoke),
        route!(FAMILY, authority_tags::list),
        route!(FAMILY, authority_tags::put),
        route!(FAMILY, authority_tags::create),
        route!(FAMILY, authority_tags::delete),
        route!(FAMILY, certificates::list),
        route!(FAMILY, certificates::create),
        route!(FAMILY, certificates::csr::create),
        route!(FAMILY, certificates::csr::parse),
        route!(FAMILY, certificates::quotas),
        route!(FAMILY, certificates::resource_instances::count),
        route!(FAMILY, certificates::resource_instances::filter),
        route!(FAMILY, certificates::account_tags),
        route!(FAMILY, certificates::show),
        route!(FAMILY, certificates::delete),
        route!(FAMILY, certificates::export),
        route!(FAMILY, certificates::revoke),
        route!(FAMILY, certificates::tags::list),
        route!(FAMILY, certificates::tags::put),
        route!(FAMILY, certificates::tags::create),
        route!(FAMILY, certificates::tags::delete),
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

/// The certificate that a path names: lower-case UUID text of 36 characters.
fn certificate_id(segment: &Segment) -> Result<CertificateId, BadParameter> {
    let problem = "it must be the 36 lower-case characters of an identifier";
    segment.0.parse().map_err(|_| BadParameter::new("certificate_id", problem))
}
