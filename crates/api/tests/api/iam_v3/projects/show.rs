//! `GET /v3/projects/{project_id}`

use axum::http::StatusCode;
use testkit::TestServer;

#[tokio::test]
async fn one_project_is_shown_and_another_accounts_is_not_found() {
    let server = TestServer::start().await;
    let other = server.account("other").await.project();

    let own = server.get(&format!("/v3/projects/{}", server.owner.project())).await;

    assert_eq!(own.string("/project/name"), "cn-north-4");
    for id in [other.as_str(), "x", "%00"] {
        let answer = server.get(&format!("/v3/projects/{id}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
        assert_eq!(answer.json()["error"]["code"], 404);
    }
}
