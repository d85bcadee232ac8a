//! `POST /v1/private-certificates/{certificate_id}/tags`

use axum::http::StatusCode;
use serde_json::json;
use testkit::TestServer;

use super::{PATH, bad_tags, tags};
use crate::pca_v1::private_certificates::{created, plain, root, told};

#[tokio::test]
async fn the_same_key_again_overwrites() {
    let server = TestServer::start().await;
    let id = created(&server, plain(&root(&server).await)).await;
    let path = format!("{PATH}/{id}/tags");

    for value in ["", "环境 _.:=+-@/1"] {
        let answer = server.post(&path, json!({ "tag": { "key": "团队", "value": value } })).await;

        assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
        assert_eq!(tags(&server, &id).await, json!({ "团队": value }));
    }
    assert!(told(&server, "tag_certificate", &id).await.ends_with("keys: 团队"));
}

#[tokio::test]
async fn a_bad_tag_is_named_and_changes_nothing() {
    let server = TestServer::start().await;
    let id = created(&server, plain(&root(&server).await)).await;
    let path = format!("{PATH}/{id}/tags");

    for (key, value, field) in bad_tags() {
        let answer = server.post(&path, json!({ "tag": { "key": key, "value": value } })).await;
        assert_eq!(answer.refusal(), "400 PCA.00020001", "{key} {value}");
        let text = format!("Invalid parameter tag.{field}:");
        assert!(answer.string("/error_msg").starts_with(&text), "{}", answer.text());
    }
    for body in [json!({}), json!({ "tag": null }), json!({ "tag": [] }), json!([]), json!("x")] {
        let answer = server.post(&path, body.clone()).await;
        assert_eq!(answer.refusal(), "400 PCA.00020001", "{body}");
    }
    assert_eq!(tags(&server, &id).await, json!({}));
}

#[tokio::test]
async fn the_twenty_first_is_refused() {
    let server = TestServer::start().await;
    let id = created(&server, plain(&root(&server).await)).await;
    let path = format!("{PATH}/{id}/tags");
    let put = async |number: u8, value: &str| {
        let tag = json!({ "key": format!("k{number}"), "value": value });
        server.post(&path, json!({ "tag": tag })).await
    };
    for number in 0..20 {
        assert_eq!(put(number, "v").await.status, StatusCode::NO_CONTENT);
    }

    let refused = put(20, "v").await;

    assert_eq!(refused.refusal(), "400 PCA.00020305");
    assert!(refused.string("/error_msg").contains("at most 20 tags"), "{}", refused.text());
    assert_eq!(put(0, "other").await.status, StatusCode::NO_CONTENT);
}
