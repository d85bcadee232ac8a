//! `POST /v3/users/{user_id}/password`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::TestServer;

use crate::people::{PASSWORD, member};

fn path(user: &str) -> String {
    format!("/v3/users/{user}/password")
}

fn body(password: &str, original: &str) -> Value {
    json!({ "user": { "password": password, "original_password": original } })
}

async fn sign_in(server: &TestServer, password: &str) -> StatusCode {
    let user = json!({ "name": "bob", "password": password, "domain": { "name": "test" } });
    let identity = json!({ "methods": ["password"], "password": { "user": user } });
    let body = json!({ "auth": { "identity": identity } });
    server.call("", Method::POST, "/v3/auth/tokens", Some(body)).await.status
}

#[tokio::test]
async fn a_user_changes_its_own_password_and_loses_its_sessions() {
    let server = TestServer::start().await;
    let bob = member(&server, "bob").await;

    let wanted = Some(body("battery staple", PASSWORD));
    let answer = server.call(&bob.token, Method::POST, &path(&bob.id), wanted).await;

    assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
    let late = server.call(&bob.token, Method::GET, "/v3/auth/projects", None).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    assert_eq!(late.string("/error/message"), "The token must be updated.");
    assert_eq!(sign_in(&server, PASSWORD).await, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(&server, "battery staple").await, StatusCode::CREATED);
    assert_eq!(server.get("/v3/auth/projects").await.status, StatusCode::OK, "others go on");
    assert!(server.audit().await.contains(&"change_password Done".to_owned()));
}

#[tokio::test]
async fn nobody_changes_the_password_of_another() {
    let server = TestServer::start().await;
    let bob = member(&server, "bob").await;

    let answer = server.post(&path(&bob.id), body("battery staple", PASSWORD)).await;

    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(sign_in(&server, PASSWORD).await, StatusCode::CREATED);
}

#[tokio::test]
async fn guesses_are_counted_with_those_at_the_door() {
    let server = TestServer::start().await;
    let bob = member(&server, "bob").await;
    for _ in 0..5 {
        let guess = Some(body("battery staple", "a guess"));
        let answer = server.call(&bob.token, Method::POST, &path(&bob.id), guess).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.string("/error/message"), "The username or password is wrong.");
    }

    let right = Some(body("battery staple", PASSWORD));
    let answer = server.call(&bob.token, Method::POST, &path(&bob.id), right).await;

    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(&server, PASSWORD).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn bad_requests_name_their_field() {
    let server = TestServer::start().await;
    let bob = member(&server, "bob").await;
    for (body, problem) in [
        (json!({}), "user"),
        (json!({ "user": {} }), "user.password"),
        (json!({ "user": { "password": "battery staple" } }), "user.original_password"),
        (json!({ "user": { "password": 7, "original_password": PASSWORD } }), "user.password"),
        (body("short", PASSWORD), "fewer than 8"),
        (body(&"ab".repeat(65), PASSWORD), "more than 128"),
        (body("bobbobbob\u{7}", PASSWORD), "control character"),
        (body(PASSWORD, PASSWORD), "different"),
    ] {
        let answer =
            server.call(&bob.token, Method::POST, &path(&bob.id), Some(body.clone())).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert!(answer.string("/error/message").contains(problem), "{}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_of_an_older_session_becomes_true_behind_a_new_password() {
    for _ in 0..10 {
        let server = TestServer::start().await;
        let bob = member(&server, "bob").await;
        let keys = format!("/v5/users/{}/access-keys", bob.id);
        let owned = path(&bob.id);
        let create = async || server.call(&bob.token, Method::POST, &keys, None).await;
        let count = async || {
            let listed = server.get(&keys).await;
            listed.json()["access_keys"].as_array().unwrap().len()
        };
        let change = async {
            let wanted = Some(body("battery staple", PASSWORD));
            let changed = server.call(&bob.token, Method::POST, &owned, wanted).await;
            assert_eq!(changed.status, StatusCode::NO_CONTENT, "{}", changed.text());
            count().await
        };
        let creates = async {
            let mut made = 0;
            for _ in 0..8 {
                made += usize::from(create().await.status == StatusCode::CREATED);
            }
            made
        };

        let (at_the_end, made) = tokio::join!(change, creates);

        assert_eq!(count().await, at_the_end, "something was made behind a new password");
        assert_eq!(made, at_the_end);
        assert_eq!(create().await.refusal(), "401 APIGW.0307");
    }
}
