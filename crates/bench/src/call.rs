//! One API call, made again and again.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Method, Request, StatusCode};

use crate::failure::Failure;

/// One API call, made again and again.
#[derive(Debug)]
pub(crate) struct Call {
    method: Method,
    path: String,
    token: Option<String>,
    bodies: Vec<Bytes>,
    next: AtomicUsize,
    /// The status that says that it was done.
    pub(crate) expected: StatusCode,
}

impl Call {
    /// A `GET`, answered with 200.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path.into(), StatusCode::OK)
    }

    /// A `POST` without a body, answered with `expected`.
    pub(crate) fn post(path: impl Into<String>, expected: StatusCode) -> Self {
        Self::new(Method::POST, path.into(), expected)
    }

    /// The same, by a signed-in caller.
    pub(crate) fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// The same, with these bodies in turn, from the first one again after the last one.
    pub(crate) fn with_bodies(mut self, bodies: Vec<Bytes>) -> Self {
        self.bodies = bodies;
        self
    }

    /// The same, with a JSON body.
    pub(crate) fn with_json(self, body: &serde_json::Value) -> Self {
        self.with_bodies(vec![Bytes::from(body.to_string())])
    }

    /// The next request.
    ///
    /// # Errors
    ///
    /// A path or token that HTTP cannot carry.
    pub(crate) fn request(&self) -> Result<Request<Full<Bytes>>, Failure> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed).checked_rem(self.bodies.len());
        let body = turn.and_then(|turn| self.bodies.get(turn)).cloned().unwrap_or_default();
        let mut request =
            Request::builder().method(&self.method).uri(&self.path).header(HOST, "127.0.0.1");
        if let Some(token) = &self.token {
            request = request.header("X-Auth-Token", token);
        }
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        Ok(request.body(Full::new(body))?)
    }

    fn new(method: Method, path: String, expected: StatusCode) -> Self {
        Self { method, path, token: None, bodies: Vec::new(), next: AtomicUsize::new(0), expected }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;
    use crate::client::runtime;

    fn body(call: &Call) -> Bytes {
        let request = call.request().unwrap();
        runtime().unwrap().block_on(request.into_body().collect()).unwrap().to_bytes()
    }

    #[test]
    fn bodies_take_turns() {
        let bodies = vec![Bytes::from("one"), Bytes::from("two")];
        let call = Call::post("/", StatusCode::OK).with_bodies(bodies);

        let sent: Vec<Bytes> = (0..3).map(|_| body(&call)).collect();

        assert_eq!(sent, ["one", "two", "one"]);
    }

    #[test]
    fn a_call_without_bodies_sends_none_and_no_content_type() {
        let call = Call::post("/", StatusCode::OK).with_token("secret");

        let request = call.request().unwrap();

        assert_eq!(request.headers().get("X-Auth-Token").unwrap(), "secret");
        assert!(!request.headers().contains_key(CONTENT_TYPE));
        assert_eq!(body(&call), "");
    }
}
