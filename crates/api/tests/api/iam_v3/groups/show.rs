//! `GET /v3/groups/{group_id}`

use axum::http::{Method, StatusCode};
use testkit::TestServer;

use super::group;

#[tokio::test]
async fn a_group_is_shown_within_its_account_only() {
    let server = TestServer::start().await;
    let other = server.account("other").await;
    let id = group(&server, "ops").await;
    let path = format!("/v3/groups/{id}");

    assert_eq!(server.get(&path).await.string("/group/name"), "ops");
    let answer = server.call(&other.token, Method::GET, &path, None).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(server.get("/v3/groups/x").await.status, StatusCode::NOT_FOUND);
}
