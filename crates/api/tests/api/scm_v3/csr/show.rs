//! `GET /v3/scm/csr/{id}`

use axum::http::{Method, StatusCode};
use testkit::TestServer;

use super::{NOBODY, created};

#[tokio::test]
async fn shows_the_request_with_its_pem() {
    let server = TestServer::start().await;
    let id = created(&server).await;

    let answer = server.get(&format!("/v3/scm/csr/{id}")).await;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.string("/id"), id);
    assert_eq!(answer.string("/sans"), "b.example, 192.0.2.1");
    let pem = answer.string("/csr");
    assert!(pem.starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"), "{pem}");
    assert!(pem.ends_with("-----END CERTIFICATE REQUEST-----\n"), "{pem}");
    assert_eq!(answer.text(), server.get(&format!("/v3/scm/csr/{id}")).await.text());
    assert!(!answer.text().contains("private_key\""), "{}", answer.text());
}

#[tokio::test]
async fn what_is_missing_or_malformed_is_not_found() {
    let server = TestServer::start().await;

    for id in [NOBODY, "x", "474A519E2C884C34A2D01033A6493B3C", "%00", "%ff", "..%2f.."] {
        let answer = server.get(&format!("/v3/scm/csr/{id}")).await;
        assert_eq!(answer.refusal(), "404 SCM.0707", "{id}");
    }
}

#[tokio::test]
async fn another_accounts_is_not_found() {
    let server = TestServer::start().await;
    let id = created(&server).await;
    let other = server.account("other").await;

    let answer = server.call(&other.token, Method::GET, &format!("/v3/scm/csr/{id}"), None).await;

    assert_eq!(answer.refusal(), "404 SCM.0707");
}
