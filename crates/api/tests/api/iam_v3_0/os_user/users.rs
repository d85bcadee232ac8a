//! `/v3.0/OS-USER/users`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::TestServer;

use crate::people::member;

const PATH: &str = "/v3.0/OS-USER/users";

#[tokio::test]
async fn a_user_is_made_shown_and_changed() {
    let server = TestServer::start().await;
    let account = server.owner.id();

    let order = json!({ "name": "jane", "domain_id": account, "email": "j@example.com" });
    let made = server.post(PATH, json!({ "user": order })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let path = format!("{PATH}/{}", made.string("/user/id"));
    let body = json!({ "user": { "enabled": false, "description": "away" } });
    let changed = server.call(&server.owner.token, Method::PUT, &path, Some(body)).await;
    let shown = server.get(&path).await.json();

    assert_eq!(changed.json(), shown);
    assert_eq!(shown["user"]["enabled"], false);
    assert_eq!(shown["user"]["description"], "away");
    assert_eq!(shown["user"]["is_domain_owner"], false);
    assert_eq!(shown["user"]["domain_id"], json!(account));
}

#[tokio::test]
async fn everybody_sees_themselves() {
    let server = TestServer::start().await;
    let jane = member(&server, "jane").await;

    let own = format!("{PATH}/{}", jane.id);
    let answer = server.call(&jane.token, Method::GET, &own, None).await;

    assert_eq!(answer.string("/user/name"), "jane");
}

#[tokio::test]
async fn each_bad_request_is_refused_with_a_code() {
    let server = TestServer::start().await;
    let (own, other) = (server.owner.id(), server.account("other").await);

    for (user, refusal) in [
        (json!({ "domain_id": own }), "400 IAM.0007"),
        (json!({ "name": "a" }), "400 IAM.0007"),
        (json!({ "name": "a", "domain_id": 1 }), "400 IAM.0007"),
        (json!({ "name": "", "domain_id": own }), "400 IAM.0007"),
        (json!({ "name": "a", "domain_id": own, "password": "short" }), "400 IAM.0007"),
        (json!({ "name": "a", "domain_id": other.id() }), "404 IAM.0004"),
        (json!({ "name": "admin", "domain_id": own }), "409 IAM.0005"),
    ] {
        let answer = server.post(PATH, json!({ "user": user })).await;
        assert_eq!(answer.refusal(), refusal, "{user} {}", answer.text());
    }
    let theirs = other.bootstrap.user.id;
    for (path, body) in [
        (format!("{PATH}/{theirs}"), json!({ "user": { "name": "b" } })),
        (format!("{PATH}/x"), json!({ "user": { "name": "b" } })),
    ] {
        let answer = server.call(&server.owner.token, Method::PUT, &path, Some(body)).await;
        assert_eq!(answer.refusal(), "404 IAM.0004", "{path}");
        assert_eq!(server.get(&path).await.refusal(), "404 IAM.0004", "{path}");
    }
    let owner = format!("{PATH}/{}", server.owner.bootstrap.user.id);
    let body: Value = json!({ "user": { "enabled": false } });
    let answer = server.call(&server.owner.token, Method::PUT, &owner, Some(body)).await;
    assert_eq!(answer.refusal(), "403 IAM.0002");
}
