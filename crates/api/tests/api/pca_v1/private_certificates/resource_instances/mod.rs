//! `/v1/private-certificates/resource-instances`

mod count;
mod filter;

use serde_json::{Value, json};
use testkit::TestServer;

use super::{PATH, created, plain, with};

/// A certificate with this common name and these tags.
async fn tagged(server: &TestServer, issuer: &str, name: &str, tags: Value) -> String {
    let body = with(plain(issuer), "/distinguished_name/common_name", json!(name));
    let id = created(server, body).await;
    server.post(&format!("{PATH}/{id}/tags/create"), json!({ "tags": tags })).await;
    server.clock.advance(1);
    id
}
