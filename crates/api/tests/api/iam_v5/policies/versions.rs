//! `/v5/policies/{policy_id}/versions`

use axum::http::{Method, StatusCode};
use serde_json::json;
use testkit::TestServer;

use super::{PATH, document, policy};
use crate::people::member;

#[tokio::test]
async fn a_new_version_waits_until_it_is_the_default_and_then_counts_at_once() {
    let server = TestServer::start().await;
    let bob = member(&server, "bob").await;
    let id = policy(&server, "reader", &document("Allow", "pca:ca:list")).await;
    let attach = format!("{PATH}/{id}/attach-user");
    server.post(&attach, json!({ "user_id": bob.id })).await;
    let status = async || {
        let path = "/v1/private-certificate-authorities";
        server.call(&bob.token, Method::GET, path, None).await.status
    };
    assert_eq!(status().await, StatusCode::OK);

    let versions = format!("{PATH}/{id}/versions");
    let second = document("Deny", "pca:ca:list");
    let made = server.post(&versions, json!({ "policy_document": second })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    assert_eq!(
        made.json()["policy_version"],
        json!({ "version_id": "v2", "is_default": false, "document": second,
                "created_at": "2026-05-28T20:26:40.123000Z" })
    );
    assert_eq!(status().await, StatusCode::OK);

    let default = server
        .call(&server.owner.token, Method::POST, &format!("{versions}/v2/set-default"), None)
        .await;
    assert_eq!(default.status, StatusCode::OK, "{}", default.text());
    assert_eq!(status().await, StatusCode::FORBIDDEN);
    let body = json!({ "policy_document": document("Allow", "pca:*:*"), "set_as_default": true });
    let third = server.post(&versions, body).await;
    assert_eq!(third.json()["policy_version"]["is_default"], true);
    assert_eq!(status().await, StatusCode::OK);
}

#[tokio::test]
async fn versions_are_listed_in_pages_shown_and_deleted() {
    let server = TestServer::start().await;
    let id = policy(&server, "reader", &document("Allow", "pca:ca:list")).await;
    let versions = format!("{PATH}/{id}/versions");
    server.post(&versions, json!({ "policy_document": document("Deny", "pca:ca:list") })).await;

    let first = server.get(&format!("{versions}?limit=1")).await;
    let marker = first.string("/page_info/next_marker");
    let second = server.get(&format!("{versions}?limit=1&marker={marker}")).await;
    assert_eq!(first.string("/versions/0/version_id"), "v1");
    assert_eq!(second.string("/versions/0/version_id"), "v2");
    assert_eq!(second.json()["page_info"], json!({ "current_count": 1 }));
    let shown = server.get(&format!("{versions}/v2")).await.json();
    assert_eq!(shown["policy_version"], second.json()["versions"][0]);

    let delete = async |version: &str| {
        let path = format!("{versions}/{version}");
        server.call(&server.owner.token, Method::DELETE, &path, None).await
    };
    assert_eq!(delete("v1").await.refusal(), "409 IAM.0005");
    assert_eq!(delete("v2").await.status, StatusCode::NO_CONTENT);
    assert_eq!(delete("v2").await.refusal(), "404 IAM.0004");
}

#[tokio::test]
async fn each_bad_request_is_refused() {
    let server = TestServer::start().await;
    let id = policy(&server, "reader", &document("Allow", "pca:ca:list")).await;
    let versions = format!("{PATH}/{id}/versions");
    for body in [
        json!({}),
        json!({ "policy_document": "{}" }),
        json!({ "policy_document": 1 }),
        json!({ "policy_document": document("Allow", "pca") }),
        json!({ "policy_document": document("Deny", "pca:ca:delte") }),
        json!({ "policy_document": document("Allow", "a:b:c"), "set_as_default": "true" }),
    ] {
        let answer = server.post(&versions, body.clone()).await;
        assert_eq!(answer.refusal(), "400 IAM.0007", "{body} {}", answer.text());
    }
    for version in ["v2", "1", "v01", "x"] {
        let path = format!("{versions}/{version}");
        assert_eq!(server.get(&path).await.refusal(), "404 IAM.0004", "{version}");
    }
}
