//! The outermost layer: request ids, panics, and one log line for each request.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use ledger::{AccountId, RequestId, UserId};
use tracing::Instrument;

use crate::address::client_address;
use crate::client::Client;
use crate::family::Family;
use crate::gateway::Gateway;
use crate::leftover::Leftover;
use crate::measure::{Patterns, word};
use crate::overload::{SOON, retry_after};
use crate::trace::{answered, request_span};
use crate::{Services, iam_v3};

/// Where clients look for a request's id: the SDKs in the first, the identity API in both.
pub(crate) const ID_HEADERS: [HeaderName; 2] =
    [HeaderName::from_static("x-request-id"), HeaderName::from_static("x-iam-trace-id")];

/// The caller, on the way from the admitting layer to the log line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Charged {
    pub(crate) account: AccountId,
    pub(crate) user: UserId,
}

/// The code of an error answer, on its way to the log line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Coded(pub(crate) &'static str);

/// A refused sign-in, on its way to the log line: not the claimed name, which may be a password
/// that was typed into the wrong field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refused {
    /// Why, in the words of the audit trail.
    pub(crate) reason: &'static str,
    /// The client's address.
    pub(crate) address: Option<IpAddr>,
}

/// What the outermost layer works with.
#[derive(Clone)]
pub(crate) struct Frame {
    pub(crate) services: Arc<Services>,
    pub(crate) patterns: Arc<Patterns>,
}

/// Gives the request its id, and every answer of every kind the same one.
pub(crate) async fn frame(
    State(Frame { services, patterns }): State<Frame>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = tokio::time::Instant::now();
    let request_id = RequestId::generate(&*services.clock, &*services.random);
    let trusted = &services.settings.trusted_proxies;
    let address = client_address(request.extensions(), request.headers(), trusted);
    request.extensions_mut().insert(Client { address, request_id });
    let method = request.method().clone();
    let identity = Family::is_identity(request.uri().path());
    // The pattern and not the path, since only the pattern is ours.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("", MatchedPath::as_str);
    let measured = patterns.begin(&method, route);
    let (request, leftover) = Leftover::of(request);
    let span = tracing::info_span!("request", %request_id);
    let traced = request_span(word(&method), route, request_id);
    if let Some(continued) = &services.settings.continued {
        continued.put_under(&traced, address, request.headers());
    }

    let outcome = AssertUnwindSafe(next.run(request)).catch_unwind();
    let outcome = outcome.instrument(span).instrument(traced.clone()).await;

    let mut response = outcome.unwrap_or_else(|panic| {
        tracing::error!(%request_id, panic = panic_text(&*panic), "an endpoint panicked");
        Gateway::internal().into_response()
    });
    // A client that was too slow has been waited for long enough.
    if let Some(leftover) = leftover.filter(|_| response.status() != StatusCode::REQUEST_TIMEOUT) {
        leftover.discard(services.settings.body_timeout).await;
    }
    let mut wait = None;
    let mut error_code = response.extensions().get::<Coded>().map(|coded| coded.0);
    if let Some(gateway) = response.extensions_mut().remove::<Gateway>() {
        error_code = Some(gateway.code);
        wait = gateway.wait;
        let rest = std::mem::take(response.extensions_mut());
        response = if identity && !gateway.is_about_head() {
            iam_v3::Error::from(gateway).into_response()
        } else {
            gateway.render(request_id)
        };
        response.extensions_mut().extend(rest);
    }
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        let seconds = retry_after(wait.unwrap_or(SOON));
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    if let Ok(value) = HeaderValue::from_str(&request_id.to_string()) {
        for name in ID_HEADERS {
            response.headers_mut().insert(name, value.clone());
        }
    }
    let charged = response.extensions().get::<Charged>();
    let refused = response.extensions().get::<Refused>();
    let taken = started.elapsed();
    measured.answered(response.status(), taken);
    answered(&traced, response.status(), error_code, charged);
    if wait.is_some() {
        // Counted, and told all together: a line for each would cost more than the refusal.
        tracing::debug!(%method, route, error_code, %request_id, "refused");
        return response;
    }
    tracing::info!(
        %method,
        route,
        status = response.status().as_u16(),
        error_code,
        duration_ms = milliseconds(taken),
        %request_id,
        account = charged.map(|charged| tracing::field::display(charged.account)),
        user = charged.map(|charged| tracing::field::display(charged.user)),
        reason = refused.map(|refused| refused.reason),
        address = refused.and_then(|refused| refused.address).map(tracing::field::display),
        "answered"
    );
    response
}

/// A time as a log line tells it: in milliseconds, to the microsecond.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// What a panic said.
fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a text")
}
