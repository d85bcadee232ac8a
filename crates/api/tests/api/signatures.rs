//! Signed requests.

use axum::http::{Method, StatusCode};
use testkit::{TestAccount, TestServer};

use crate::signing::Unsigned;

/// What the kit's clock shows at the start.
const NOW: &str = "20260528T202640Z";

fn identity(date: &str) -> Unsigned<'_> {
    Unsigned { method: Method::GET, path: "/v5/caller-identity", query: "", body: "", date }
}

fn create<'a>(body: &'a str) -> Unsigned<'a> {
    Unsigned { method: Method::POST, path: "/v3/scm/csr", query: "a=b", body, date: NOW }
}

async fn refused(server: &TestServer, request: Unsigned<'_>, account: &TestAccount) -> String {
    let answer = server.send(request.signed(account)).await;
    assert_eq!(answer.refusal(), "401 APIGW.0301");
    answer.string("/error_msg")
}

#[tokio::test]
async fn a_signature_proves_who_calls() {
    let server = TestServer::start().await;

    let answer = server.send(identity(NOW).signed(&server.owner)).await;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.string("/account_id"), server.owner.id());
}

#[tokio::test]
async fn a_signed_body_reaches_the_endpoint() {
    let server = TestServer::start().await;
    let body = r#"{"name":"签","domain_name":"a.example","private_key_algo":"EC_P256",
                   "usage":"PERSONAL"}"#;

    let answer = server.send(create(body).signed(&server.owner)).await;

    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    assert_eq!(answer.string("/name"), "签");
}

#[tokio::test]
async fn a_changed_body_does_not() {
    let server = TestServer::start().await;
    let mut request = create("{}").signed(&server.owner);
    *request.body_mut() = "{ }".into();

    let answer = server.send(request).await;

    assert_eq!(answer.refusal(), "401 APIGW.0301");
    assert!(
        answer.string("/error_msg").contains("verify aksk signature fail, canonicalRequest:POST|")
    );
}

#[tokio::test]
async fn a_date_more_than_fifteen_minutes_off_is_out_of_range() {
    let server = TestServer::start().await;

    for date in ["20260528T201139Z", "20260528T204142Z", "yesterday"] {
        let text = refused(&server, identity(date), &server.owner).await;
        assert!(text.ends_with("x-sdk-date out of range"), "{date}: {text}");
    }
}

#[tokio::test]
async fn an_unknown_access_key_is_named() {
    let server = TestServer::start().await;
    let mut other = server.account("other").await;
    other.bootstrap.access = "A".repeat(20);

    let text = refused(&server, identity(NOW), &other).await;

    assert!(
        text.ends_with("Get secretKey failed,ak:AAAAAAAAAAAAAAAAAAAA,err:ak not exist"),
        "{text}"
    );
}

#[tokio::test]
async fn a_signature_wins_over_a_token() {
    let server = TestServer::start().await;
    let other = server.account("other").await;
    let mut request = identity(NOW).signed(&server.owner);
    request.headers_mut().insert("x-auth-token", other.token.parse().unwrap());

    let answer = server.send(request).await;

    assert_eq!(answer.string("/account_id"), server.owner.id());
}

#[tokio::test]
async fn another_kind_of_authorization_leaves_the_token_to_speak() {
    let server = TestServer::start().await;
    let request = axum::http::Request::builder()
        .uri("/v5/caller-identity")
        .header("authorization", "Basic eDp5")
        .header("x-auth-token", &server.owner.token)
        .body(axum::body::Body::empty());

    assert_eq!(server.send(request.unwrap()).await.status, StatusCode::OK);
}
