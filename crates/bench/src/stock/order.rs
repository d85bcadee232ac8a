//! The next request of an operation.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::http::request;
use hyper::{Method, Request, StatusCode};

use super::Stock;
use crate::failure::Failure;
use crate::generator::Operation;

const CERTIFICATES: &str = "/v1/private-certificates";
const REVOKE: Bytes = Bytes::from_static(br#"{"reason":"SUPERSEDED"}"#);
const EXPORT: Bytes = Bytes::from_static(br#"{"is_compressed":"false","type":"OTHER"}"#);

/// A request, ready to be sent.
pub(crate) struct Order {
    /// What it is: where nothing is left to revoke, a certificate is issued in place of it.
    pub(crate) operation: Operation,
    /// What is sent.
    pub(crate) request: Request<Full<Bytes>>,
    /// The status that says that it was done.
    pub(crate) expected: StatusCode,
    /// Where to.
    pub(crate) listener: Listener,
}

/// Where a request goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Listener {
    /// The API's, over TLS.
    Api,
    /// The one for relying parties, without it.
    Public,
}

impl Stock {
    /// The next request of this kind.
    ///
    /// # Errors
    ///
    /// There is nothing to ask about, which does not happen in a stock that was made for the mix.
    pub(crate) fn order(&self, operation: Operation) -> Result<Order, Failure> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let order = |request: Request<Full<Bytes>>, expected| Order {
            operation,
            request,
            expected,
            listener: Listener::Api,
        };
        match operation {
            Operation::Issue => {
                let body = nth(&self.by_csr, turn, "certification requests")?.clone();
                let path = format!("{CERTIFICATES}/csr");
                Ok(order(self.api(Method::POST, &path, body)?, StatusCode::OK))
            }
            Operation::IssueKey => {
                let body = self.with_key.clone();
                Ok(order(self.api(Method::POST, CERTIFICATES, body)?, StatusCode::OK))
            }
            Operation::Show => {
                let id = nth(&self.known.ids, turn, "certificates to show")?;
                let path = format!("{CERTIFICATES}/{id}");
                Ok(order(self.api(Method::GET, &path, Bytes::new())?, StatusCode::OK))
            }
            Operation::List => {
                let path = format!("{CERTIFICATES}?limit=10");
                Ok(order(self.api(Method::GET, &path, Bytes::new())?, StatusCode::OK))
            }
            Operation::Revoke => {
                let Some(id) = self.next_to_revoke() else { return self.order(Operation::Issue) };
                let path = format!("{CERTIFICATES}/{id}/revoke");
                Ok(order(self.api(Method::POST, &path, REVOKE)?, StatusCode::NO_CONTENT))
            }
            Operation::Export => {
                let id = nth(&self.known.ids, turn, "certificates to export")?;
                let path = format!("{CERTIFICATES}/{id}/export");
                Ok(order(self.api(Method::POST, &path, EXPORT)?, StatusCode::OK))
            }
            Operation::Ocsp => {
                let body = nth(&self.known.ocsp, turn, "OCSP requests")?.clone();
                let path = format!("/ocsp/{}", self.authority);
                let request = Request::builder()
                    .method(Method::POST)
                    .uri(path)
                    .header(HOST, "127.0.0.1")
                    .header(CONTENT_TYPE, "application/ocsp-request")
                    .body(Full::new(body))?;
                Ok(Order { listener: Listener::Public, ..order(request, StatusCode::OK) })
            }
        }
    }

    fn next_to_revoke(&self) -> Option<String> {
        self.revocable.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    fn api(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<Request<Full<Bytes>>, Failure> {
        let mut request: request::Builder = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, "127.0.0.1")
            .header("X-Auth-Token", &self.token);
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        Ok(request.body(Full::new(body))?)
    }
}

fn nth<'a, T>(all: &'a [T], turn: usize, what: &'static str) -> Result<&'a T, Failure> {
    let place = turn.checked_rem(all.len()).ok_or(Failure::Exhausted(what))?;
    all.get(place).ok_or(Failure::Exhausted(what))
}
