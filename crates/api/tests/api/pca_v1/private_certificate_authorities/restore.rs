//! `POST /v1/private-certificate-authorities/{ca_id}/restore`

use axum::http::StatusCode;
use serde_json::Value;
use testkit::TestServer;

use super::{PATH, act, created, pending, root, schedule, status, told};

#[tokio::test]
async fn calls_a_deletion_off_and_leaves_it_disabled() {
    let server = TestServer::start().await;
    let id = created(&server, root("Root")).await;
    schedule(&server, &id).await;

    let answer = act(&server, &id, "restore").await;

    assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
    assert!(told(&server, "restore_authority", &id).await.starts_with("User"));
    let shown = server.get(&format!("{PATH}/{id}")).await.json();
    assert_eq!(shown["status"], "DISABLED");
    assert_eq!(shown["delete_time"], Value::Null);
}

#[tokio::test]
async fn ends_with_the_window() {
    let server = TestServer::start().await;
    let id = created(&server, root("Root")).await;
    schedule(&server, &id).await;
    server.clock.advance(7 * 86_400);
    let token = server.token(&server.owner, testkit::TestScope::Project).await;

    let path = format!("{PATH}/{id}/restore");
    let answer = server.call(&token, axum::http::Method::POST, &path, None).await;

    assert_eq!(answer.refusal(), "404 PCA.10010002");
}

#[tokio::test]
async fn a_wrong_status_is_refused_by_name() {
    let server = TestServer::start().await;
    let waiting = created(&server, pending("Sub")).await;
    let active = created(&server, root("Active")).await;

    for (id, word) in [(waiting, "PENDING"), (active, "ACTIVED")] {
        let answer = act(&server, &id, "restore").await;
        assert_eq!(answer.refusal(), "403 PCA.00030201");
        let text = format!("is {word}; only one whose deletion is scheduled");
        assert!(answer.string("/error_msg").contains(&text), "{}", answer.text());
        assert_eq!(status(&server, &id).await, word);
    }
}
