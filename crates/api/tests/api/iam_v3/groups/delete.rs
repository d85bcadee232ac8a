//! `DELETE /v3/groups/{group_id}`

use axum::http::{Method, StatusCode};
use testkit::TestServer;

use super::group;
use crate::people::member;

#[tokio::test]
async fn a_group_goes_with_its_memberships_and_its_users_stay() {
    let server = TestServer::start().await;
    let other = server.account("other").await;
    let (jane, id) = (member(&server, "jane").await, group(&server, "ops").await);
    let place = format!("/v3/groups/{id}/users/{}", jane.id);
    server.call(&server.owner.token, Method::PUT, &place, None).await;
    let path = format!("/v3/groups/{id}");

    let strange = server.call(&other.token, Method::DELETE, &path, None).await;
    let deleted = server.call(&server.owner.token, Method::DELETE, &path, None).await;
    let again = server.call(&server.owner.token, Method::DELETE, &path, None).await;

    assert_eq!(strange.status, StatusCode::NOT_FOUND);
    assert_eq!(deleted.status, StatusCode::NO_CONTENT, "{}", deleted.text());
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let groups = server.get(&format!("/v3/users/{}/groups", jane.id)).await;
    assert_eq!(groups.json()["groups"], serde_json::json!([]));
}
