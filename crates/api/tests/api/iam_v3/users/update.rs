//! `PATCH /v3/users/{user_id}`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

use crate::people::member;

async fn update(server: &TestServer, id: &str, change: Value) -> Answer {
    let body = json!({ "user": change });
    server.call(&server.owner.token, Method::PATCH, &format!("/v3/users/{id}"), Some(body)).await
}

async fn shows_itself(server: &TestServer, token: &str, id: &str) -> StatusCode {
    server.call(token, Method::GET, &format!("/v3/users/{id}"), None).await.status
}

#[tokio::test]
async fn what_is_named_changes_and_the_rest_stays() {
    let server = TestServer::start().await;
    let jane = member(&server, "jane").await;

    let renamed = update(&server, &jane.id, json!({ "name": "joan" })).await;
    let described = update(&server, &jane.id, json!({ "description": "days" })).await;
    let cleared = update(&server, &jane.id, json!({ "description": "", "name": null })).await;

    assert_eq!(renamed.string("/user/name"), "joan");
    assert_eq!(described.string("/user/name"), "joan");
    assert_eq!(described.string("/user/description"), "days");
    assert_eq!(cleared.json()["user"]["description"], "");
    assert_eq!(shows_itself(&server, &jane.token, &jane.id).await, StatusCode::OK);
}

#[tokio::test]
async fn a_disabled_user_is_out_at_once_and_its_old_token_stays_dead() {
    let server = TestServer::start().await;
    let jane = member(&server, "jane").await;

    let disabled = update(&server, &jane.id, json!({ "enabled": false })).await;
    assert_eq!(disabled.json()["user"]["enabled"], false);
    assert_eq!(shows_itself(&server, &jane.token, &jane.id).await, StatusCode::UNAUTHORIZED);

    update(&server, &jane.id, json!({ "enabled": true })).await;
    assert_eq!(shows_itself(&server, &jane.token, &jane.id).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_new_password_ends_the_users_sessions() {
    let server = TestServer::start().await;
    let jane = member(&server, "jane").await;

    let answer = update(&server, &jane.id, json!({ "password": "another horse 2" })).await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(shows_itself(&server, &jane.token, &jane.id).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_password_changes_with_the_rest_or_not_at_all() {
    let server = TestServer::start().await;
    let jane = member(&server, "jane").await;

    let refused =
        update(&server, &jane.id, json!({ "password": "another horse 2", "name": "admin" })).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
    assert_eq!(shows_itself(&server, &jane.token, &jane.id).await, StatusCode::OK);

    let change = json!({ "password": "another horse 2", "name": "joan" });
    assert_eq!(update(&server, &jane.id, change).await.string("/user/name"), "joan");
    assert_eq!(shows_itself(&server, &jane.token, &jane.id).await, StatusCode::UNAUTHORIZED);
    let audit = server.audit().await;
    for event in ["update_user Done", "set_password Done"] {
        assert_eq!(audit.iter().filter(|told| *told == event).count(), 1, "{audit:?}");
    }
}

#[tokio::test]
async fn an_owner_changes_its_own_password_and_description_at_once() {
    let server = TestServer::start().await;
    let owner = server.owner.bootstrap.user.id.to_string();

    let change = json!({ "password": "another horse 2", "description": "days" });
    let answer = update(&server, &owner, change).await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(server.get("/v3/users").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_owner_stays_enabled() {
    let server = TestServer::start().await;
    let owner = server.owner.bootstrap.user.id.to_string();

    let answer = update(&server, &owner, json!({ "enabled": false })).await;

    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text());
    assert_eq!(server.get("/v3/users").await.status, StatusCode::OK);
}

#[tokio::test]
async fn bad_changes_are_refused() {
    let server = TestServer::start().await;
    let jane = member(&server, "jane").await;
    let other = server.account("other").await.bootstrap.user.id.to_string();

    for (id, change, status) in [
        (jane.id.as_str(), json!({ "name": "admin" }), 409),
        (jane.id.as_str(), json!({ "name": "x".repeat(65) }), 400),
        (jane.id.as_str(), json!({ "password": "short" }), 400),
        (jane.id.as_str(), json!({ "enabled": 1 }), 400),
        (other.as_str(), json!({ "name": "joan" }), 404),
        ("x", json!({ "name": "joan" }), 404),
    ] {
        let answer = update(&server, id, change.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{change} {}", answer.text());
    }
}
