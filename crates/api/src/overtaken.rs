//! Requests that lost against a change of who sends them.
//!
//! A commit expects its author's rows as they were when the request came, or up to a second before,
//! when another node changed them. A change that does not matter must not be told to the client, and
//! one that ends the credential not as a busy server.

use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use ledger::Expectation;

/// What is needed to decide a request again.
pub(crate) struct Again {
    pub(crate) parts: Parts,
    pub(crate) body: Bytes,
    proved_by: Vec<Expectation>,
}

impl Again {
    /// Of a request by `who`, unless it is one that commits nothing.
    pub(crate) fn of(parts: &Parts, body: &Bytes, who: &iam::Caller) -> Option<Self> {
        let proved_by = || who.author().expectations.clone();
        let reads = [Method::GET, Method::HEAD].contains(&parts.method);
        (!reads).then(|| Self { parts: parts.clone(), body: body.clone(), proved_by: proved_by() })
    }

    /// Whether other rows than before prove who it is.
    pub(crate) fn is_proved_anew(&self, who: &iam::Caller) -> bool {
        who.author().expectations != self.proved_by
    }
}

/// Whether a request was answered that its decisions were overtaken, as often as they were made.
pub(crate) fn may_be_overtaken(response: &Response) -> bool {
    [StatusCode::TOO_MANY_REQUESTS, StatusCode::CONFLICT].contains(&response.status())
}
