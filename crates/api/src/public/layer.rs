//! Around every public endpoint: bounds, the request's id, panics, counters.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use ledger::RequestId;
use tracing::Instrument;

use super::{PublicServices, Refused, ocsp};
use crate::address::client_address;
use crate::limits::check_head;
use crate::measure;
use crate::trace::{answered, request_span};

const ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Runs the endpoint while there is room for one more. What
/// has a body takes its turn when that has come.
async fn admitted(services: &PublicServices, request: Request, next: Next) -> Response {
    let proxies = &services.trusted_proxies;
    let address = client_address(request.extensions(), request.headers(), proxies);
    let is_ocsp = ocsp::is_under(request.uri());
    let busy = |wait| if is_ocsp { ocsp::busy(wait) } else { Refused::Busy(wait).into_response() };
    if let Err(wait) = services.overload.look(address) {
        return busy(wait);
    }
    // The endpoint takes it itself once the body is there.
    let _turn = if is_ocsp && request.method() == Method::POST {
        None
    } else {
        match services.overload.turn().await {
            Ok(turn) => Some(turn),
            Err(wait) => return busy(wait),
        }
    };
    next.run(request).await
}

/// Gives every answer its request id. What goes well is told to the log at `debug` alone: relying
/// parties ask often.
pub(super) async fn layer(
    State(services): State<Arc<PublicServices>>,
    request: Request,
    next: Next,
) -> Response {
    let started = tokio::time::Instant::now();
    let request_id = RequestId::generate(&*services.clock, &*services.random);
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().map_or("", MatchedPath::as_str);
    let measured = measure::begin_public(&method, route);
    let traced = request_span(measure::word(&method), route, request_id);
    let mut response = match check_head(request.uri(), request.headers()) {
        Err(refusal) => refusal.status.into_response(),
        Ok(()) => {
            let outcome = AssertUnwindSafe(admitted(&services, request, next)).catch_unwind();
            let outcome = outcome.instrument(traced.clone()).await;
            outcome.unwrap_or_else(|_| {
                tracing::error!(%request_id, route, "a public endpoint panicked");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            })
        }
    };
    if let Ok(value) = HeaderValue::from_str(&request_id.to_string()) {
        response.headers_mut().insert(ID_HEADER, value);
    }
    let status = response.status();
    measured.answered(status, started.elapsed());
    answered(&traced, status, None, None);
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::warn!(%request_id, %method, route, status = status.as_u16(), "answered");
    } else {
        tracing::debug!(%request_id, %method, route, status = status.as_u16(), "answered");
    }
    response
}
