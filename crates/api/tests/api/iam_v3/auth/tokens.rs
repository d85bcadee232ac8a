//! `/v3/auth/tokens`

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

const PATH: &str = "/v3/auth/tokens";

fn sign_in(server: &TestServer, scope: &Value) -> Value {
    json!({ "auth": {
        "identity": {
            "methods": ["password"],
            "password": { "user": {
                "name": "admin",
                "password": server.owner.bootstrap.password.as_str(),
                "domain": { "name": "test" },
            }},
        },
        "scope": scope,
    }})
}

async fn post(server: &TestServer, body: Value) -> Answer {
    server.call("", Method::POST, PATH, Some(body)).await
}

async fn about(server: &TestServer, method: Method, token: &str, subject: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(PATH)
        .header("x-auth-token", token)
        .header("x-subject-token", subject)
        .body(Body::empty());
    server.send(request.unwrap()).await
}

#[tokio::test]
async fn a_password_gives_a_token_for_the_project() {
    let server = TestServer::start().await;
    let scope = json!({ "project": { "name": "cn-north-4" } });

    let answer = post(&server, sign_in(&server, &scope)).await;

    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let domain = json!({ "id": server.owner.id(), "name": "test" });
    assert_eq!(
        answer.json(),
        json!({ "token": {
            "methods": ["password"],
            "issued_at": "2026-05-28T20:26:40.123000Z",
            "expires_at": "2026-05-29T20:26:40.123000Z",
            "user": { "id": server.owner.bootstrap.user.id.to_string(), "name": "admin",
                      "password_expires_at": "", "domain": domain },
            "project": { "id": server.owner.project(), "name": "cn-north-4", "domain": domain },
            "roles": [{ "id": "0", "name": "te_admin" }],
            "catalog": [],
        }})
    );
    let token = answer.header("x-subject-token").to_owned();
    assert!(token.len() >= 32);
    let used = server.call(&token, Method::GET, "/v5/caller-identity", None).await;
    assert_eq!(used.status, StatusCode::OK);
}

#[tokio::test]
async fn a_members_token_claims_no_role() {
    let server = TestServer::start().await;
    let member = server.member("jane", &[]).await;
    let request = Request::get("/v3/auth/tokens")
        .header("x-auth-token", &server.owner.token)
        .header("x-subject-token", &member.token)
        .body(Body::empty());

    let answer = server.send(request.unwrap()).await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.json()["token"]["roles"], json!([]));
}

#[tokio::test]
async fn without_a_scope_or_with_the_domain_the_token_is_for_the_account() {
    let server = TestServer::start().await;

    for scope in [
        json!(null),
        json!({ "domain": { "name": "test" } }),
        json!({ "domain": { "id": server.owner.id() } }),
    ] {
        let answer = post(&server, sign_in(&server, &scope)).await;
        assert_eq!(answer.string("/token/domain/id"), server.owner.id(), "{scope}");
        assert_eq!(answer.json()["token"]["project"], Value::Null);
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_look_the_same() {
    let server = TestServer::start().await;
    let mut texts = Vec::new();

    for (pointer, value) in [
        ("/auth/identity/password/user/password", "wrong"),
        ("/auth/identity/password/user/name", "nobody"),
        ("/auth/identity/password/user/domain/name", "nowhere"),
    ] {
        let mut body = sign_in(&server, &json!(null));
        *body.pointer_mut(pointer).unwrap() = json!(value);
        let answer = post(&server, body).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{pointer}");
        texts.push(answer.text());
    }
    texts.dedup();
    assert_eq!(
        texts,
        [
            r#"{"error":{"code":401,"message":"The username or password is wrong.","title":"Unauthorized"}}"#
        ]
    );
}

#[tokio::test]
async fn a_scope_that_is_not_ones_own_gives_no_token() {
    let server = TestServer::start().await;
    let other = server.account("other").await;

    for scope in [
        json!({ "project": { "id": other.project() } }),
        json!({ "project": { "name": "nowhere" } }),
        json!({ "domain": { "name": "other" } }),
    ] {
        let answer = post(&server, sign_in(&server, &scope)).await;
        assert!(answer.status.is_client_error(), "{scope}: {}", answer.text());
        assert_eq!(answer.header("x-subject-token"), "");
        assert!(answer.json()["error"]["code"].is_number(), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_body_out_of_shape_names_its_field() {
    let server = TestServer::start().await;
    let both = json!({ "domain": { "name": "test" }, "project": { "name": "cn-north-4" } });

    for (pointer, value, field) in [
        ("/auth", json!(null), "auth"),
        ("/auth/identity", json!(null), "auth.identity"),
        ("/auth/identity/methods", json!(["totp"]), "auth.identity.methods"),
        ("/auth/identity/methods", json!("password"), "auth.identity.methods"),
        ("/auth/identity/password/user", json!({}), "auth.identity.password.user"),
        ("/auth/identity/password/user/password", json!(null), "user.password"),
        ("/auth/identity/password/user/password", json!("a".repeat(256)), "user.password"),
        ("/auth/identity/password/user/domain", json!(null), "user.domain"),
        ("/auth/scope", both, "auth.scope"),
        ("/auth/scope", json!({ "project": {} }), "auth.scope.project"),
    ] {
        let mut body = sign_in(&server, &json!(null));
        *body.pointer_mut(pointer).unwrap() = value;
        let answer = post(&server, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{field}");
        assert_eq!(answer.json()["error"]["title"], "Bad Request");
        assert!(answer.string("/error/message").contains(field), "{field}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_token_can_be_looked_at_and_checked() {
    let server = TestServer::start().await;
    let own = &server.owner.token;

    let shown = about(&server, Method::GET, own, own).await;
    let checked = about(&server, Method::HEAD, own, own).await;

    assert_eq!(shown.status, StatusCode::OK);
    assert_eq!(shown.header("x-subject-token"), own);
    assert_eq!(shown.string("/token/project/id"), server.owner.project());
    assert_eq!((checked.status, checked.body.len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn a_token_that_is_not_there_or_another_accounts_is_not_found() {
    let server = TestServer::start().await;
    let other = server.account("other").await;

    for subject in [&"0".repeat(64), "x", &other.token] {
        for method in [Method::GET, Method::HEAD, Method::DELETE] {
            let answer = about(&server, method.clone(), &server.owner.token, subject).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {subject}");
        }
    }
    let still = server.call(&other.token, Method::GET, "/v5/caller-identity", None).await;
    assert_eq!(still.status, StatusCode::OK);
}

#[tokio::test]
async fn without_a_subject_there_is_nothing_to_look_at() {
    let server = TestServer::start().await;

    let answer = server.get(PATH).await;

    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.string("/error/message").contains("X-Subject-Token"));
}

#[tokio::test]
async fn a_token_is_revoked_once() {
    let server = TestServer::start().await;
    let subject = server.token(&server.owner, testkit::TestScope::Domain).await;

    let first = about(&server, Method::DELETE, &server.owner.token, &subject).await;
    let second = about(&server, Method::DELETE, &server.owner.token, &subject).await;

    assert_eq!((first.status, second.status), (StatusCode::NO_CONTENT, StatusCode::NOT_FOUND));
}
