//! `/healthz` and `/readyz`.

use std::time::Duration;

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
    // For so long the last look is good.
    tokio::time::sleep(Duration::from_millis(1100)).await;

    let after = server.call("", Method::GET, "/readyz", None).await;
    assert_eq!((before.status, after.status), (StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE));
}

#[tokio::test]
async fn whoever_asks_all_the_time_has_the_database_asked_once_a_second() {
    let server = TestServer::start().await;

    for _ in 0..20 {
        let answer = server.call("", Method::GET, "/readyz", None).await;
        assert_eq!(answer.status, StatusCode::OK);
    }

    assert_eq!(server.readiness_asked(), 1);
}

#[tokio::test]
async fn a_failed_look_is_not_repeated_within_a_second_either() {
    let server = TestServer::start().await;
    server.database.close();

    for _ in 0..20 {
        let answer = server.call("", Method::GET, "/readyz", None).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    }

    assert_eq!(server.readiness_asked(), 1);
}
