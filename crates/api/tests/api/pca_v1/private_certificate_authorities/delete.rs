//! `DELETE /v1/private-certificate-authorities/{ca_id}`

use axum::http::{Method, StatusCode};
use ledger::Clock;
use serde_json::json;
use testkit::{TestScope, TestServer};

use super::{PATH, act, created, delete, pending, root, schedule, status, subordinate, told};

const DAY: i64 = 86_400;

#[tokio::test]
async fn a_disabled_one_can_be_restored_for_the_days_that_were_named() {
    let server = TestServer::start().await;

    for (query, days) in [("?pending_days=7", 7), ("?pending_days=30", 30), ("", 30)] {
        let id = created(&server, root("Root")).await;
        act(&server, &id, "disable").await;

        let answer = delete(&server, &id, query).await;

        assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
        let shown = server.get(&format!("{PATH}/{id}")).await.json();
        assert_eq!(shown["status"], "DELETED");
        let until = server.clock.now().as_millis() + days * DAY * 1000;
        assert_eq!(shown["delete_time"], until);
        let event = told(&server, "delete_authority", &id).await;
        assert!(event.ends_with(&format!("restored for {days} days")), "{event}");
    }
}

#[tokio::test]
async fn after_the_window_no_call_finds_it() {
    let server = TestServer::start().await;
    let id = created(&server, root("Root")).await;
    schedule(&server, &id).await;
    server.clock.advance(7 * DAY);
    let token = server.token(&server.owner, TestScope::Project).await;

    for answer in super::all_calls(&server, &token, &id).await {
        assert_eq!(answer.refusal(), "404 PCA.10010002", "{}", answer.text());
    }
    let listed = server.call(&token, Method::GET, PATH, None).await;
    assert_eq!(listed.json(), json!({ "total": 0, "certificate_authorities": [] }));
    assert_eq!(server.pki.destroy_due_authorities(&server.lease().await).await.unwrap(), 1);
    let event = told(&server, "delete_authority", &id).await;
    assert!(event.starts_with("Server"), "{event}");
    assert_eq!(server.pki.destroy_due_authorities(&server.lease().await).await.unwrap(), 0);
}

#[tokio::test]
async fn one_that_waits_is_gone_at_once() {
    let server = TestServer::start().await;
    let id = created(&server, pending("Sub")).await;

    let answer = delete(&server, &id, "?pending_days=30").await;

    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get(&format!("{PATH}/{id}")).await.refusal(), "404 PCA.10010002");
    assert_eq!(delete(&server, &id, "").await.refusal(), "404 PCA.10010002");
}

#[tokio::test]
async fn a_revoked_one_is_gone_at_once() {
    let server = TestServer::start().await;
    let root = created(&server, root("Root")).await;
    let id = created(&server, subordinate("Sub", &root, 0)).await;
    server.post(&format!("{PATH}/{id}/revoke"), json!({})).await;

    assert_eq!(delete(&server, &id, "").await.status, StatusCode::NO_CONTENT);

    assert_eq!(server.get(&format!("{PATH}/{id}")).await.refusal(), "404 PCA.10010002");
}

#[tokio::test]
async fn an_active_one_has_to_be_disabled_first() {
    let server = TestServer::start().await;
    let id = created(&server, root("Root")).await;

    let answer = delete(&server, &id, "?pending_days=7").await;

    assert_eq!(answer.refusal(), "403 PCA.00030201");
    let text = answer.string("/error_msg");
    assert!(text.contains("is ACTIVED; disable it first"), "{text}");
    assert_eq!(status(&server, &id).await, "ACTIVED");
}

#[tokio::test]
async fn a_second_deletion_is_refused_and_moves_nothing() {
    let server = TestServer::start().await;
    let id = created(&server, root("Root")).await;
    schedule(&server, &id).await;
    let before = server.get(&format!("{PATH}/{id}")).await.json();
    server.clock.advance(60);

    let answer = delete(&server, &id, "?pending_days=30").await;

    assert_eq!(answer.refusal(), "403 PCA.00030201");
    assert_eq!(server.get(&format!("{PATH}/{id}")).await.json(), before);
}

#[tokio::test]
async fn a_bad_number_of_days_changes_nothing() {
    let server = TestServer::start().await;
    let id = created(&server, root("Root")).await;
    act(&server, &id, "disable").await;

    for days in ["0", "6", "31", "007", "7.0", "-7", "%2b7", "x", "99999999999999999999", "7%00"] {
        let answer = delete(&server, &id, &format!("?pending_days={days}")).await;
        assert_eq!(answer.refusal(), "400 PCA.00020001", "{days}");
        assert!(answer.string("/error_msg").contains("pending_days"), "{}", answer.text());
    }
    assert_eq!(status(&server, &id).await, "DISABLED");
    assert_eq!(delete(&server, &id, "?pending_days=").await.status, StatusCode::NO_CONTENT);
}
