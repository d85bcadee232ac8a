//! Around every public endpoint: bounds, the request's id, panics, counters.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use ledger::RequestId;

use super::PublicServices;
use crate::limits::check_head;
use crate::measure;

const ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

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
    let mut response = match check_head(request.uri(), request.headers()) {
        Err(refusal) => refusal.status.into_response(),
        Ok(()) => {
            let outcome = AssertUnwindSafe(next.run(request)).catch_unwind().await;
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
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::warn!(%request_id, %method, route, status = status.as_u16(), "answered");
    } else {
        tracing::debug!(%request_id, %method, route, status = status.as_u16(), "answered");
    }
    response
}
