//! Workspace certificates, version 2: `/v2/{project_id}/certmanager`.

mod error;
mod private_certificate_authorities;

pub(crate) use error::Error;

use ledger::{CaId, ProjectId};
use pki::Pki;

use crate::action::Action;
use crate::body::BodyLimit;
use crate::caller::Caller;
use crate::family::Family;
use crate::parameter::BadParameter;
use crate::route::{Route, route};
use private_certificate_authorities::{
    create, crl, csr, delete, export, import, list, show, status,
};

/// The routes, in the order of their paths.
pub(crate) fn routes() -> Vec<Route> {
    const FAMILY: Family = Family::Workspace;
    vec![
        route!(FAMILY, list),
        route!(FAMILY, create),
        // Their words stand where the others have an identifier; the router takes words first.
        route!(FAMILY, csr),
        route!(FAMILY, import).with_body(BodyLimit::IMPORT),
        route!(FAMILY, show),
        route!(FAMILY, delete),
        route!(FAMILY, crl),
        route!(FAMILY, export),
        route!(FAMILY, status),
    ]
}

/// The operations, and the project that a path names, if the caller may do `action` in it.
async fn enter<'a>(
    caller: &'a Caller,
    action: Action,
    segment: &str,
) -> Result<(&'a Pki, ProjectId), Error> {
    // What an SDK sends that was given an endpoint and no project.
    if segment == "{project_id}" {
        let problem = "the client has not filled it in; give it a project";
        return Err(BadParameter::new("project_id", problem).into());
    }
    let id = segment.parse().map_err(|_| iam::Error::ScopeMismatch)?;
    let pki = caller.may_in(action, id).await?;
    let project = caller.identity().project_in_scope(caller.who(), segment).await?;
    Ok((pki, project.id))
}

/// The authority that a path names. A malformed identifier is that of nothing.
fn authority_id(segment: &str) -> Result<CaId, Error> {
    segment.parse().map_err(|_| Error::authority_not_found(segment))
}
