//! `GET /v3/users/{user_id}`

use axum::http::{Method, StatusCode};
use testkit::TestServer;

use crate::people::member;

#[tokio::test]
async fn everybody_sees_themselves_and_nobody_else_without_leave() {
    let server = TestServer::start().await;
    let jane = member(&server, "jane").await;
    let owner = server.owner.bootstrap.user.id;

    let own = format!("/v3/users/{}", jane.id);
    let own = server.call(&jane.token, Method::GET, &own, None).await;
    let others = server.call(&jane.token, Method::GET, &format!("/v3/users/{owner}"), None).await;

    assert_eq!(own.string("/user/name"), "jane");
    assert_eq!(others.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_is_no_user_of_the_account_is_not_found() {
    let server = TestServer::start().await;
    let other = server.account("other").await.bootstrap.user.id.to_string();

    for id in [other.as_str(), "x", "%ff", "0123456789abcdef0123456789abcdef"] {
        let answer = server.get(&format!("/v3/users/{id}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
        assert_eq!(answer.json()["error"]["title"], "Not Found");
    }
}
