//! One more server on the same database.

use axum::Router;
use axum::http::Method;
use serde_json::Value;
use store::Database;

use crate::Answer;
use crate::server::{answer, request};

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
        answer(self.router.clone(), request(token, method, path, body)).await
    }
}
