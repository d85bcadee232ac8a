//! One more server on the same database.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::Value;
use store::Database;

use crate::Answer;
use crate::server::answer;

/// One more server on the database of a [`TestServer`](crate::TestServer), which shares its clock and
/// its keys, and nothing that either of them remembers.
pub struct TestNode {
    /// Its own way to the database.
    pub database: Database,
    pub(crate) router: Router,
}

impl TestNode {
    /// Sends a request with `token`; an empty one is none.
    pub async fn call(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !token.is_empty() {
            request = request.header("x-auth-token", token);
        }
        let body = body.map_or(Body::empty(), |body| Body::from(body.to_string()));
        answer(self.router.clone(), request.body(body).expect("a well-formed request")).await
    }
}
