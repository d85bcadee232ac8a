//! Workspace certificates, version 2: `/v2/{project_id}/certmanager`.

mod error;
mod private_certificate_authorities;

pub(crate) use error::Error;

use axum::http::Method;
use ledger::ProjectId;

use crate::body::BodyLimit;
use crate::caller::Caller;
use crate::family::Family;
use crate::parameter::BadParameter;
use crate::path::Segment;
use crate::route::Route;
use private_certificate_authorities::{csr, import};

/// The routes, in the order of their paths.
pub(crate) fn routes() -> Vec<Route> {
    const FAMILY: Family = Family::Workspace;
    vec![
        Route::new(
            FAMILY,
            Method::POST,
            "/v2/{project_id}/certmanager/private-certificate-authorities/csr",
            csr::handle,
        ),
        Route::new(
            FAMILY,
            Method::POST,
            "/v2/{project_id}/certmanager/private-certificate-authorities/import",
            import::handle,
        )
        .with_body(BodyLimit::IMPORT),
    ]
}

/// The project that a path names, if the caller may act in it.
async fn project(caller: &Caller, segment: &Segment) -> Result<ProjectId, Error> {
    // What an SDK sends that was given an endpoint and no project.
    if segment.0 == "{project_id}" {
        let problem = "the client has not filled it in; give it a project";
        return Err(BadParameter::new("project_id", problem).into());
    }
    Ok(caller.identity().project_in_scope(caller.who(), &segment.0).await?.id)
}
