//! `POST /v1/private-certificate-authorities/{ca_id}/disable`

use axum::http::StatusCode;
use serde_json::json;
use testkit::TestServer;

use super::{PATH, act, created, pending, root, schedule, status, subordinate, told};

#[tokio::test]
async fn stops_its_issuing_and_leaves_its_export() {
    let server = TestServer::start().await;
    let id = created(&server, root("Root")).await;

    let answer = act(&server, &id, "disable").await;

    assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
    assert_eq!(status(&server, &id).await, "DISABLED");
    assert!(told(&server, "disable_authority", &id).await.starts_with("User"));
    let child = server.post(PATH, subordinate("Sub", &id, 0)).await;
    assert_eq!(child.refusal(), "403 PCA.00030201");
    assert!(child.string("/error_msg").contains("DISABLED"), "{}", child.text());
    assert_eq!(act(&server, &id, "export").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_expired_one_can_be_disabled() {
    let server = TestServer::start().await;
    let mut body = root("Root");
    body["validity"] = json!({ "type": "HOUR", "value": 1 });
    let id = created(&server, body).await;
    server.clock.advance(3600);
    assert_eq!(status(&server, &id).await, "EXPIRED");

    assert_eq!(act(&server, &id, "disable").await.status, StatusCode::NO_CONTENT);

    assert_eq!(status(&server, &id).await, "DISABLED");
}

#[tokio::test]
async fn a_body_is_ignored() {
    let server = TestServer::start().await;
    let id = created(&server, root("Root")).await;

    let answer = server.post(&format!("{PATH}/{id}/disable"), json!([1])).await;

    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_wrong_status_is_refused_by_name() {
    let server = TestServer::start().await;
    let waiting = created(&server, pending("Sub")).await;
    let twice = created(&server, root("Twice")).await;
    act(&server, &twice, "disable").await;
    let deleted = created(&server, root("Deleted")).await;
    schedule(&server, &deleted).await;

    for (id, word) in [(waiting, "PENDING"), (twice, "DISABLED"), (deleted, "DELETED")] {
        let answer = act(&server, &id, "disable").await;
        assert_eq!(answer.refusal(), "403 PCA.00030201");
        let text = format!("is {word}; only an ACTIVED or EXPIRED one can be disabled");
        assert!(answer.string("/error_msg").contains(&text), "{}", answer.text());
    }
}
