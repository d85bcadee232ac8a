//! `GET /v3/scm/csr/{id}/private-key`

use axum::http::{Method, StatusCode};
use serde_json::json;
use testkit::TestServer;

use super::{NOBODY, created};
use crate::outside::Outside;

#[tokio::test]
async fn hands_out_the_key_and_tells_the_audit_trail() {
    let server = TestServer::start().await;
    let id = created(&server).await;

    let answer = server.get(&format!("/v3/scm/csr/{id}/private-key")).await;

    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.string("/private_key").starts_with("-----BEGIN PRIVATE KEY-----\n"));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(server.audit().await.contains(&"export_csr_private_key Done".to_owned()));
}

#[tokio::test]
async fn gives_the_same_key_twice() {
    let server = TestServer::start().await;
    let path = format!("/v3/scm/csr/{}/private-key", created(&server).await);

    let (one, two) = (server.get(&path).await, server.get(&path).await);

    assert_eq!(one.text(), two.text());
}

#[tokio::test]
async fn is_an_empty_text_for_an_upload_without_a_key() {
    let server = TestServer::start().await;
    let (csr, _) = Outside::new(&server)
        .request("/CN=a.example", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    let token = server.token(&server.owner, testkit::TestScope::Domain).await;
    let body = Some(json!({ "name": "a", "csr": csr }));
    let id = server.call(&token, Method::POST, "/v3/scm/csr/upload", body).await.string("/id");

    let path = format!("/v3/scm/csr/{id}/private-key");
    let answer = server.call(&token, Method::GET, &path, None).await;

    assert_eq!(answer.text(), r#"{"private_key":""}"#);
}

#[tokio::test]
async fn what_is_missing_malformed_or_another_accounts_is_not_found() {
    let server = TestServer::start().await;
    let id = created(&server).await;
    let other = server.account("other").await;
    let path = format!("/v3/scm/csr/{id}/private-key");

    let answer = server.call(&other.token, Method::GET, &path, None).await;
    assert_eq!(answer.refusal(), "404 SCM.0707");
    for id in [NOBODY, "x"] {
        let answer = server.get(&format!("/v3/scm/csr/{id}/private-key")).await;
        assert_eq!(answer.refusal(), "404 SCM.0707", "{id}");
    }
}
