//! What relying parties fetch over plain HTTP: CRLs, OCSP, issuers' certificates. Nobody has to say who
//! they are, and nothing here tells which account something belongs to.

mod ca;
mod conditional;
mod crl;
mod layer;
mod ocsp;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use ledger::{Clock, Random};
use pki::Pki;

use crate::overload::{PublicOverload, retry_after};
use crate::problem::log_internal;
use crate::{Network, Services};

/// What these endpoints work with.
struct PublicServices {
    pki: Pki,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    overload: Arc<PublicOverload>,
    trusted_proxies: Vec<Network>,
}

/// The router of the public listener.
pub fn public_router(services: &Services) -> Router {
    let overload = Arc::new(PublicOverload::of(&services.settings.limits));
    let ocsp = ocsp::routes(services, Arc::clone(&overload));
    let services = Arc::new(PublicServices {
        pki: services.pki.clone(),
        clock: Arc::clone(&services.clock),
        random: Arc::clone(&services.random),
        overload,
        trusted_proxies: services.settings.trusted_proxies.clone(),
    });
    Router::new()
        .route("/ca/{file}", get(ca::handle))
        .route("/crl/{bucket}/{file}", get(crl::complete))
        .route("/crl/{bucket}/{name}/{file}", get(crl::shard))
        .with_state(Arc::clone(&services))
        .merge(ocsp)
        .fallback(nothing)
        .method_not_allowed_fallback(other_method)
        .layer(from_fn_with_state(services, layer::layer))
}

/// There is nothing under this path.
async fn nothing() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// The path is right and the method is not.
async fn other_method() -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}

/// A refusal; relying parties look at the status alone.
#[derive(Debug)]
enum Refused {
    /// It will be there in a moment.
    NotYet,
    /// Too much is under way, or was asked for.
    Busy(Duration),
    /// There is nothing.
    Nothing,
    /// Something failed.
    Internal,
}

impl From<pki::Error> for Refused {
    fn from(error: pki::Error) -> Self {
        match error {
            pki::Error::Busy | pki::Error::Conflict => Self::NotYet,
            pki::Error::Internal(cause) => {
                log_internal(&*cause);
                Self::Internal
            }
            other => {
                log_internal(&other);
                Self::Internal
            }
        }
    }
}

/// Octets that are no text name nothing.
impl From<PathRejection> for Refused {
    fn from(_: PathRejection) -> Self {
        Self::Nothing
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::NotYet => {
                (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "5")]).into_response()
            }
            Self::Busy(wait) => {
                let headers = [(header::RETRY_AFTER, retry_after(wait))];
                (StatusCode::TOO_MANY_REQUESTS, headers).into_response()
            }
            Self::Nothing => StatusCode::NOT_FOUND.into_response(),
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}
