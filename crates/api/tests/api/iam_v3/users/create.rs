//! `POST /v3/users`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::TestServer;

async fn create(server: &TestServer, user: Value) -> testkit::Answer {
    server.post("/v3/users", json!({ "user": user })).await
}

#[tokio::test]
async fn a_user_is_made_in_the_callers_account() {
    let server = TestServer::start().await;
    let account = server.owner.id();

    let answer = create(
        &server,
        json!({ "name": "jane", "domain_id": account, "password": "correct horse 1",
                "enabled": false, "description": "night shift" }),
    )
    .await;

    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let id = answer.string("/user/id");
    assert_eq!(
        answer.json(),
        json!({ "user": {
            "id": id, "name": "jane", "domain_id": account, "enabled": false,
            "description": "night shift", "pwd_status": false, "password_expires_at": null,
            "access_mode": "default",
            "links": { "self": format!("/v3/users/{id}"), "next": null, "previous": null },
        }})
    );
    assert!(server.audit().await.contains(&"create_user Done".to_owned()));
}

#[tokio::test]
async fn a_new_user_signs_in_with_its_password_and_may_do_nothing() {
    let server = TestServer::start().await;
    create(&server, json!({ "name": "jane", "password": "correct horse 1" })).await;

    let sign_in = json!({ "auth": { "identity": { "methods": ["password"], "password": { "user": {
        "name": "jane", "password": "correct horse 1", "domain": { "name": "test" } } } } } });
    let signed_in = server.call("", Method::POST, "/v3/auth/tokens", Some(sign_in)).await;
    let token = signed_in.header("x-subject-token").to_owned();

    assert_eq!(signed_in.status, StatusCode::CREATED, "{}", signed_in.text());
    let refused = server.call(&token, Method::GET, "/v3/scm/csr", None).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let refused = server.call(&token, Method::GET, "/v3/users", None).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.json()["error"]["title"], "Forbidden");
}

#[tokio::test]
async fn a_name_is_given_once_in_an_account() {
    let server = TestServer::start().await;
    let other = server.account("other").await;
    create(&server, json!({ "name": "jane" })).await;

    let again = create(&server, json!({ "name": "jane" })).await;
    let body = json!({ "user": { "name": "jane" } });
    let elsewhere = server.call(&other.token, Method::POST, "/v3/users", Some(body)).await;

    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text());
    assert_eq!(elsewhere.status, StatusCode::CREATED);
}

#[tokio::test]
async fn each_bad_request_is_refused_and_names_what_is_wrong() {
    let server = TestServer::start().await;
    let other = server.account("other").await.id();

    for (user, status, part) in [
        (json!({}), 400, "user.name"),
        (json!({ "name": null }), 400, "user.name"),
        (json!({ "name": "" }), 400, "user.name"),
        (json!({ "name": 7 }), 400, "user.name"),
        (json!({ "name": "x".repeat(65) }), 400, "user.name"),
        (json!({ "name": "a\nb" }), 400, "user.name"),
        (json!({ "name": " a" }), 400, "name"),
        (json!({ "name": "a", "description": "x".repeat(256) }), 400, "user.description"),
        (json!({ "name": "a", "description": "a\u{0}b" }), 400, "user.description"),
        (json!({ "name": "a", "enabled": "true" }), 400, "user.enabled"),
        (json!({ "name": "a", "password": "short" }), 400, "password"),
        (json!({ "name": "long enough", "password": "long enough" }), 400, "password"),
        (json!({ "name": "a", "password": ["x"] }), 400, "user.password"),
        (json!({ "name": "a", "domain_id": other }), 404, "domain"),
    ] {
        let answer = create(&server, user.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{user} {}", answer.text());
        assert!(answer.string("/error/message").contains(part), "{user} {}", answer.text());
    }
    for body in [json!({}), json!({ "user": null }), json!({ "user": [] }), json!([])] {
        let answer = server.post("/v3/users", body.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
    }
    let users = server.get("/v3/users").await.json();
    assert_eq!(users["users"].as_array().unwrap().len(), 1, "only the owner");
}
