//! `DELETE /v1/private-certificates/{certificate_id}/tags/delete`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

use super::{PATH, tags};
use crate::pca_v1::private_certificates::{created, plain, root};

async fn delete(server: &TestServer, id: &str, body: Option<Value>) -> Answer {
    let path = format!("{PATH}/{id}/tags/delete");
    server.call(&server.owner.token, Method::DELETE, &path, body).await
}

/// An authority with the tags a and b.
async fn tagged(server: &TestServer) -> String {
    let id = created(server, plain(&root(server).await)).await;
    let given = json!([{"key":"a","value":"1"}, {"key":"b","value":"2"}]);
    server.post(&format!("{PATH}/{id}/tags/create"), json!({ "tags": given })).await;
    id
}

#[tokio::test]
async fn goes_by_the_key_whatever_the_value() {
    let server = TestServer::start().await;
    let id = tagged(&server).await;
    let given = json!([{"key":"a","value":"other"}, {"key":"unknown"}]);

    let answer = delete(&server, &id, Some(json!({ "tags": given }))).await;

    assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
    assert_eq!(tags(&server, &id).await, json!({ "b": "2" }));
}

#[tokio::test]
async fn a_bad_request_removes_none() {
    let server = TestServer::start().await;
    let id = tagged(&server).await;
    let many: Value = (0..21).map(|number| json!({ "key": format!("k{number}") })).collect();

    for given in [
        json!(null),
        json!([]),
        many,
        json!([{"key":"a"}, {"value":"2"}]),
        json!([{"key":"a"}, {"key":""}]),
        json!([{"key":"a"}, {"key":"b", "value": 7}]),
        json!([{"key":"a"}, {"key":"k".repeat(129)}]),
        json!(["a"]),
    ] {
        let answer = delete(&server, &id, Some(json!({ "tags": given }))).await;
        assert_eq!(answer.refusal(), "400 PCA.00020001", "{given}");
    }
    assert_eq!(delete(&server, &id, None).await.refusal(), "400 PCA.00020001");
    assert_eq!(tags(&server, &id).await, json!({ "a": "1", "b": "2" }));
}
