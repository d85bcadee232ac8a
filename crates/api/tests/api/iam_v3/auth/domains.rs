//! `GET /v3/auth/domains`

use axum::http::Method;
use serde_json::json;
use testkit::TestServer;

#[tokio::test]
async fn lists_the_callers_own_account() {
    let server = TestServer::start().await;
    server.account("other").await;

    let answer = server.get("/v3/auth/domains").await;

    let id = server.owner.id();
    assert_eq!(
        answer.json(),
        json!({
            "links": { "self": "/v3/auth/domains" },
            "domains": [{ "id": id, "name": "test", "enabled": true, "description": "",
                          "links": { "self": format!("/v3/domains/{id}") } }],
        })
    );
}

#[tokio::test]
async fn refuses_strangers_in_keystones_form() {
    let server = TestServer::start().await;

    let answer = server.call("x", Method::GET, "/v3/auth/domains", None).await;

    assert_eq!(
        answer.json(),
        json!({ "error": { "code": 401, "title": "Unauthorized",
            "message": "Incorrect IAM authentication information: decrypt token fail" } })
    );
}
