//! What the gateway answers, whatever API is called.

use api::Settings;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::json;
use testkit::{TestScope, TestServer};

const PATH: &str = "/v3/scm/csr/474a519e2c884c34a2d01033a6493b3c";

#[tokio::test]
async fn an_unknown_token_does_not_decrypt() {
    let server = TestServer::start().await;

    let answer = server.call("x", Method::GET, PATH, None).await;

    assert_eq!(answer.refusal(), "401 APIGW.0301");
    assert_eq!(
        answer.string("/error_msg"),
        "Incorrect IAM authentication information: decrypt token fail"
    );
    assert_eq!(answer.string("/request_id"), answer.header("x-request-id"));
    assert_eq!(answer.header("content-type"), "application/json");
}

#[tokio::test]
async fn a_missing_credential_is_told_to_the_audit_trail_once_a_minute() {
    let server = TestServer::start().await;
    for _ in 0..3 {
        let bare = Request::builder().uri(PATH).body(Body::empty()).unwrap();
        assert_eq!(server.send(bare).await.refusal(), "401 APIGW.0301");
    }

    let told = server.audit().await;

    assert_eq!(told.iter().filter(|event| *event == "authenticate Refused").count(), 1);
}

#[tokio::test]
async fn an_expired_token_says_when_it_ended() {
    let server = TestServer::start().await;
    server.clock.advance(24 * 60 * 60);

    let answer = server.get(PATH).await;

    assert_eq!(answer.refusal(), "401 APIGW.0301");
    assert_eq!(
        answer.string("/error_msg"),
        "Incorrect IAM authentication information: token expires, expires_at: \
         2026-05-29T20:26:40.123000Z"
    );
}

#[tokio::test]
async fn a_new_token_works_after_the_old_one_has_expired() {
    let server = TestServer::start().await;
    server.clock.advance(24 * 60 * 60);

    let token = server.token(&server.owner, TestScope::Domain).await;

    let answer = server.call(&token, Method::GET, "/v5/caller-identity", None).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_revoked_token_is_unknown_at_once() {
    let server = TestServer::start().await;
    let token = server.token(&server.owner, TestScope::Domain).await;
    let revoke = Request::builder()
        .method(Method::DELETE)
        .uri("/v3/auth/tokens")
        .header("x-auth-token", &server.owner.token)
        .header("x-subject-token", &token)
        .body(Body::empty());
    assert_eq!(server.send(revoke.unwrap()).await.status, StatusCode::NO_CONTENT);

    let answer = server.call(&token, Method::GET, PATH, None).await;

    assert_eq!(answer.refusal(), "401 APIGW.0301");
}

#[tokio::test]
async fn headers_that_name_somebody_else_are_forbidden_and_audited() {
    let server = TestServer::start().await;
    let other = server.account("other").await;

    for (name, value) in [("x-domain-id", other.id()), ("x-project-id", other.project())] {
        let request = Request::builder()
            .uri(PATH)
            .header("x-auth-token", &server.owner.domain_token)
            .header(name, value)
            .body(Body::empty());
        let answer = server.send(request.unwrap()).await;

        assert_eq!(answer.refusal(), "403 APIGW.0302", "{name}");
    }
    let events = server.iam.directory().audit_events(None, 100).await.unwrap();
    let mut told: Vec<_> = events.iter().filter(|event| event.action == "authorize").collect();
    told.sort_by_key(|event| event.detail.clone());
    let expected = [("X-Domain-Id", other.id()), ("X-Project-Id", other.project())];
    assert_eq!(told.len(), expected.len());
    for (event, (name, id)) in told.into_iter().zip(expected) {
        assert_eq!(event.outcome, ledger::Outcome::Refused);
        assert_eq!(event.detail, Some(format!("GET /v3/scm/csr/{{id}}, {name} {id}")));
    }
}

#[tokio::test]
async fn a_text_has_no_more_than_1024_characters() {
    let server = TestServer::start().await;
    let request = Request::builder()
        .uri(format!("{PATH}?{}", "x".repeat(4000)))
        .header("host", "a.example")
        .header("x-sdk-date", "20260528T202640Z")
        .header(
            "authorization",
            format!(
                "SDK-HMAC-SHA256 Access={}, SignedHeaders=host;x-sdk-date, Signature={}",
                server.owner.bootstrap.access,
                "0".repeat(64)
            ),
        )
        .body(Body::empty());

    let answer = server.send(request.unwrap()).await;

    assert_eq!(answer.refusal(), "401 APIGW.0301");
    let text = answer.string("/error_msg");
    assert!(text.contains("canonicalRequest:GET|"), "{text}");
    assert_eq!(text.chars().count(), 1024);
    assert!(text.ends_with("..."), "{text}");
}

#[tokio::test]
async fn headers_that_name_oneself_are_welcome() {
    let server = TestServer::start().await;
    let request = Request::builder()
        .uri("/v5/caller-identity")
        .header("x-auth-token", &server.owner.domain_token)
        .header("x-domain-id", server.owner.id())
        .header("x-project-id", server.owner.project())
        .body(Body::empty());

    assert_eq!(server.send(request.unwrap()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn heads_out_of_bounds_are_refused() {
    let server = TestServer::start().await;
    let long = "x".repeat(9000);
    let uri = Request::builder().uri(format!("/healthz?{long}")).body(Body::empty());
    let wide = Request::builder().uri("/healthz").header("x-a", "x".repeat(70_000));
    let mut many = Request::builder().uri("/healthz");
    for number in 0..120 {
        many = many.header(format!("x-{number}"), "");
    }

    assert_eq!(server.send(uri.unwrap()).await.refusal(), "414 APIGW.0201");
    for request in [wide, many] {
        let answer = server.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.refusal(), "431 APIGW.0201");
    }
}

#[tokio::test]
async fn a_request_for_two_hosts_is_refused() {
    let server = TestServer::start().await;
    let request = Request::builder().uri("/healthz").header("host", "a").header("host", "b");

    let answer = server.send(request.body(Body::empty()).unwrap()).await;

    assert_eq!(answer.refusal(), "400 APIGW.0201");
}

#[tokio::test]
async fn a_store_that_fails_is_an_internal_error_without_a_word_of_why() {
    let server = TestServer::start().await;
    server.database.close();

    let answer = server
        .post(
            "/v3/scm/csr",
            json!({ "name": "a", "domain_name": "a.example", "usage": "PERSONAL",
                    "private_key_algo": "EC_P256" }),
        )
        .await;

    assert_eq!(answer.refusal(), "500 SCM.9999");
    assert_eq!(answer.string("/error_msg"), "Internal service error.");
}

#[tokio::test]
async fn a_panic_is_an_internal_error_of_one_request() {
    let server = TestServer::start().await;
    server.panic_at_readyz();

    let answer = server.call("", Method::GET, "/readyz", None).await;

    assert_eq!(answer.refusal(), "500 APIGW.0601");
    assert_eq!(answer.string("/error_msg"), "Internal server error.");
    assert_eq!(answer.string("/request_id"), answer.header("x-request-id"));
    assert_eq!(server.call("", Method::GET, "/healthz", None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_audited_address_is_the_clients() {
    for (proxies, expected) in [(vec!["127.0.0.0/8"], "198.51.100.7"), (vec![], "127.0.0.1")] {
        let trusted_proxies = proxies.iter().map(|network| network.parse().unwrap()).collect();
        let settings = Settings { trusted_proxies, ..Settings::default() };
        let server = TestServer::start_with(settings, pki::Settings::default()).await;
        let request = Request::builder()
            .method(Method::POST)
            .uri("/v3/scm/csr")
            .header("x-auth-token", &server.owner.token)
            .header("x-forwarded-for", "203.0.113.9, 198.51.100.7")
            .body(Body::from(
                r#"{"name":"a","domain_name":"a.example","usage":"PERSONAL",
                    "private_key_algo":"EC_P256"}"#,
            ));

        let answer = server.send(request.unwrap()).await;

        let events = server.iam.directory().audit_events(None, 100).await.unwrap();
        let created = events.iter().find(|event| event.action == "create_csr").unwrap();
        assert_eq!(
            created.origin.address.map(|address| address.to_string()),
            Some(expected.into())
        );
        assert_eq!(created.origin.request_id, answer.header("x-request-id"));
    }
}
