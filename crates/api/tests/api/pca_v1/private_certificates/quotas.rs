//! `GET /v1/private-certificates/quotas`

use axum::http::Method;
use serde_json::{Value, json};
use testkit::TestServer;

use super::{PATH, created, delete, plain, revoke, root};

async fn used(server: &TestServer, token: &str) -> Value {
    server.call(token, Method::GET, &format!("{PATH}/quotas"), None).await.json()
}

fn expected(used: u32, quota: u32) -> Value {
    json!({ "quotas": { "resources": [{ "type": "CERTIFICATE", "used": used, "quota": quota }] } })
}

#[tokio::test]
async fn counts_every_status_until_it_is_deleted() {
    let rules = pki::Settings { certificate_quota: Some(7), ..pki::Settings::default() };
    let server = TestServer::start_with(api::Settings::default(), rules).await;
    let other = server.account("other").await;
    let root = root(&server).await;
    let first = created(&server, plain(&root)).await;
    let second = created(&server, plain(&root)).await;
    revoke(&server, &first, json!({})).await;

    assert_eq!(used(&server, &server.owner.token).await, expected(2, 7));
    assert_eq!(used(&server, &other.token).await, expected(0, 7));
    delete(&server, &second).await;
    assert_eq!(used(&server, &server.owner.token).await, expected(1, 7));
}

#[tokio::test]
async fn no_bound_is_the_greatest_number_that_clients_read() {
    let rules = pki::Settings { certificate_quota: None, ..pki::Settings::default() };
    let server = TestServer::start_with(api::Settings::default(), rules).await;

    assert_eq!(used(&server, &server.owner.token).await, expected(0, i32::MAX.unsigned_abs()));
}
