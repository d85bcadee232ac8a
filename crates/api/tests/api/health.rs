//! `/healthz` and `/readyz`.

use axum::http::{Method, StatusCode};
use testkit::TestServer;

#[tokio::test]
async fn anybody_sees_that_the_server_lives() {
    let server = TestServer::start().await;

    let answer = server.call("", Method::GET, "/healthz", None).await;

    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn it_is_ready_while_commits_are_possible() {
    let server = TestServer::start().await;
    let before = server.call("", Method::GET, "/readyz", None).await;

    server.database.close();

    let after = server.call("", Method::GET, "/readyz", None).await;
    assert_eq!((before.status, after.status), (StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE));
}
