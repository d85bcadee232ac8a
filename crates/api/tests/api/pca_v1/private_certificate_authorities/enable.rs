//! `POST /v1/private-certificate-authorities/{ca_id}/enable`

use axum::http::StatusCode;
use testkit::TestServer;

use super::{PATH, act, created, pending, root, schedule, status, subordinate, told};

#[tokio::test]
async fn lets_it_issue_again() {
    let server = TestServer::start().await;
    let id = created(&server, root("Root")).await;
    act(&server, &id, "disable").await;

    let answer = act(&server, &id, "enable").await;

    assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
    assert!(told(&server, "enable_authority", &id).await.starts_with("User"));
    assert_eq!(status(&server, &id).await, "ACTIVED");
    assert_eq!(server.post(PATH, subordinate("Sub", &id, 0)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn past_its_end_it_is_expired() {
    let server = TestServer::start().await;
    let id = created(&server, root("Root")).await;
    act(&server, &id, "disable").await;
    server.clock.advance(11 * 366 * 86_400);
    let token = server.token(&server.owner, testkit::TestScope::Project).await;
    let path = format!("{PATH}/{id}");
    let shown = async || server.call(&token, axum::http::Method::GET, &path, None).await;
    assert_eq!(shown().await.string("/status"), "DISABLED");

    let enable = format!("{path}/enable");
    server.call(&token, axum::http::Method::POST, &enable, None).await;

    assert_eq!(shown().await.string("/status"), "EXPIRED");
}

#[tokio::test]
async fn a_wrong_status_is_refused_by_name() {
    let server = TestServer::start().await;
    let waiting = created(&server, pending("Sub")).await;
    let active = created(&server, root("Active")).await;
    let deleted = created(&server, root("Deleted")).await;
    schedule(&server, &deleted).await;

    for (id, word) in [(waiting, "PENDING"), (active, "ACTIVED"), (deleted, "DELETED")] {
        let answer = act(&server, &id, "enable").await;
        assert_eq!(answer.refusal(), "403 PCA.00030201");
        let text = format!("is {word}; only a DISABLED one can be enabled");
        assert!(answer.string("/error_msg").contains(&text), "{}", answer.text());
    }
}
