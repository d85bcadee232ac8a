//! `GET /v3/users/{user_id}/groups`

use axum::http::{Method, StatusCode};
use serde_json::json;
use testkit::TestServer;

use crate::people::member;

#[tokio::test]
async fn everybody_sees_the_groups_they_are_in() {
    let server = TestServer::start().await;
    let jane = member(&server, "jane").await;
    for name in ["ops", "others"] {
        let group = json!({ "group": { "name": name } });
        let id = server.post("/v3/groups", group).await.string("/group/id");
        if name == "ops" {
            let place = format!("/v3/groups/{id}/users/{}", jane.id);
            server.call(&server.owner.token, Method::PUT, &place, None).await;
        }
    }

    let path = format!("/v3/users/{}/groups", jane.id);
    let answer = server.call(&jane.token, Method::GET, &path, None).await;

    let json = answer.json();
    let groups = json["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0]["name"], "ops");
    assert_eq!(server.get("/v3/users/x/groups").await.status, StatusCode::NOT_FOUND);
}
