//! `PATCH /v3/groups/{group_id}`

use axum::http::Method;
use serde_json::json;
use testkit::TestServer;

use super::group;

#[tokio::test]
async fn name_and_description_change_within_the_rules() {
    let server = TestServer::start().await;
    let id = group(&server, "ops").await;
    group(&server, "taken").await;

    for (id, change, status) in [
        (id.as_str(), json!({ "name": "days", "description": "d" }), 200),
        (id.as_str(), json!({ "description": "" }), 200),
        (id.as_str(), json!({ "name": "taken" }), 409),
        (id.as_str(), json!({ "name": "x".repeat(129) }), 400),
        (id.as_str(), json!({ "description": 1 }), 400),
        ("x", json!({ "name": "y" }), 404),
    ] {
        let body = json!({ "group": change });
        let path = format!("/v3/groups/{id}");
        let answer = server.call(&server.owner.token, Method::PATCH, &path, Some(body)).await;
        assert_eq!(answer.status.as_u16(), status, "{change} {}", answer.text());
    }

    let shown = server.get(&format!("/v3/groups/{id}")).await.json();
    assert_eq!(
        (&shown["group"]["name"], &shown["group"]["description"]),
        (&json!("days"), &json!(""))
    );
}
