//! `DELETE /v3/users/{user_id}`

use axum::http::{Method, StatusCode};
use serde_json::json;
use testkit::{Answer, TestServer};

use crate::people::member;

async fn delete(server: &TestServer, id: &str) -> Answer {
    server.call(&server.owner.token, Method::DELETE, &format!("/v3/users/{id}"), None).await
}

#[tokio::test]
async fn a_user_goes_with_all_that_hangs_on_it() {
    let server = TestServer::start().await;
    let jane = member(&server, "jane").await;
    let group = json!({ "group": { "name": "ops" } });
    let group = server.post("/v3/groups", group).await.string("/group/id");
    let place = format!("/v3/groups/{group}/users/{}", jane.id);
    let put = server.call(&server.owner.token, Method::PUT, &place, None).await;
    assert_eq!(put.status, StatusCode::NO_CONTENT, "{}", put.text());

    let deleted = delete(&server, &jane.id).await;

    assert_eq!(deleted.status, StatusCode::NO_CONTENT, "{}", deleted.text());
    let own = format!("/v3/users/{}", jane.id);
    let answer = server.call(&jane.token, Method::GET, &own, None).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(server.get(&own).await.status, StatusCode::NOT_FOUND);
    let members = server.get(&format!("/v3/groups/{group}/users")).await;
    assert_eq!(members.json()["users"], json!([]));
    assert_eq!(delete(&server, &jane.id).await.status, StatusCode::NOT_FOUND);
    member(&server, "jane").await;
}

#[tokio::test]
async fn the_owner_and_other_accounts_users_stay() {
    let server = TestServer::start().await;
    let owner = server.owner.bootstrap.user.id.to_string();
    let other = server.account("other").await;

    assert_eq!(delete(&server, &owner).await.status, StatusCode::FORBIDDEN);
    let theirs = other.bootstrap.user.id.to_string();
    assert_eq!(delete(&server, &theirs).await.status, StatusCode::NOT_FOUND);

    let answer = server.call(&other.token, Method::GET, "/v3/users", None).await;
    assert_eq!(answer.status, StatusCode::OK);
}
