//! `GET /v1/private-certificate-authorities/quotas`

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{TestScope, TestServer};

use super::{PATH, created, delete, pending, root, schedule};

async fn used(server: &TestServer, token: &str) -> Value {
    let answer = server.call(token, Method::GET, &format!("{PATH}/quotas"), None).await;
    answer.json()
}

fn expected(used: u32, quota: u32) -> Value {
    json!({ "quotas": { "resources": [
        { "type": "CERTIFICATE_AUTHORITY", "used": used, "quota": quota }
    ] } })
}

async fn start_with(quota: Option<u32>) -> TestServer {
    let rules = pki::Settings { authority_quota: quota, ..pki::Settings::default() };
    TestServer::start_with(api::Settings::default(), rules).await
}

#[tokio::test]
async fn counts_every_status_until_it_is_gone() {
    let server = TestServer::start().await;
    let other = server.account("other").await;
    let id = created(&server, root("Root")).await;
    let waiting = created(&server, pending("Waiting")).await;
    schedule(&server, &id).await;

    assert_eq!(used(&server, &server.owner.token).await, expected(2, 100));
    assert_eq!(used(&server, &other.token).await, expected(0, 100));
    delete(&server, &waiting, "").await;
    assert_eq!(used(&server, &server.owner.token).await, expected(1, 100));
    server.clock.advance(7 * 86_400);
    let token = server.token(&server.owner, TestScope::Project).await;
    assert_eq!(used(&server, &token).await, expected(0, 100));
    server.pki.destroy_due_authorities(&server.lease().await).await.unwrap();
    assert_eq!(used(&server, &token).await, expected(0, 100));
}

#[tokio::test]
async fn one_that_is_gone_makes_room_before_the_sweep_came() {
    let server = start_with(Some(1)).await;
    let id = created(&server, root("Root")).await;
    schedule(&server, &id).await;
    assert_eq!(server.post(PATH, root("Next")).await.refusal(), "403 PCA.00030401");
    server.clock.advance(7 * 86_400);
    let token = server.token(&server.owner, TestScope::Project).await;

    let answer = server.call(&token, Method::POST, PATH, Some(root("Next"))).await;

    assert_eq!(answer.string("/ca_id").len(), 36, "{}", answer.text());
    assert_eq!(used(&server, &token).await, expected(1, 1));
}

#[tokio::test]
async fn without_a_bound_the_greatest_number_stands_for_it() {
    let server = start_with(None).await;

    assert_eq!(used(&server, &server.owner.token).await, expected(0, 2_147_483_647));
}
