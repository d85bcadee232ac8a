//! `POST /v1/private-certificate-authorities/{ca_id}/export`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::TestServer;

use super::{PATH, created, pending, root, subordinate};
use crate::outside::printed;

#[tokio::test]
async fn the_chain_runs_from_the_nearest_issuer_to_the_root() {
    let server = TestServer::start().await;
    let root = created(&server, root("Root")).await;
    let middle = created(&server, subordinate("Middle", &root, 1)).await;
    let last = created(&server, subordinate("Last", &middle, 0)).await;
    let export = async |id: &str| server.post(&format!("{PATH}/{id}/export"), json!(null)).await;

    let (root, middle, last) = (export(&root).await, export(&middle).await, export(&last).await);

    assert_eq!(root.json()["certificate_chain"], Value::Null);
    assert_eq!(middle.string("/certificate_chain"), root.string("/certificate"));
    assert_eq!(
        last.string("/certificate_chain"),
        format!("{}\r\n{}", middle.string("/certificate"), root.string("/certificate"))
    );
    let pem = last.string("/certificate");
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----\r\n"), "{pem:?}");
    assert!(pem.ends_with("\r\n-----END CERTIFICATE-----"), "{pem:?}");
    let text = printed("x509", &pem);
    assert!(text.contains("CN=Last") && text.contains("CN=Middle"), "{text}");
    assert!(text.contains("CA:TRUE, pathlen:0"), "{text}");
}

#[tokio::test]
async fn needs_no_body() {
    let server = TestServer::start().await;
    let id = created(&server, root("Root")).await;
    let path = format!("{PATH}/{id}/export");

    let answer = server.call(&server.owner.token, Method::POST, &path, None).await;

    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn an_expired_one_is_exported_too() {
    let server = TestServer::start().await;
    let mut body = root("Root");
    body["validity"] = json!({ "type": "HOUR", "value": 1 });
    let id = created(&server, body).await;
    let path = format!("{PATH}/{id}/export");
    let before = server.post(&path, json!(null)).await;

    server.clock.advance(7200);

    assert_eq!(server.post(&path, json!(null)).await.text(), before.text());
}

#[tokio::test]
async fn one_that_waits_has_nothing_to_export() {
    let server = TestServer::start().await;
    let id = created(&server, pending("Sub")).await;

    let answer = server.post(&format!("{PATH}/{id}/export"), json!(null)).await;

    assert_eq!(answer.refusal(), "403 PCA.00030201");
    assert!(answer.string("/error_msg").contains("PENDING"), "{}", answer.text());
}
