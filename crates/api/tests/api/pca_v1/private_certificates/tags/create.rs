//! `POST /v1/private-certificates/{certificate_id}/tags/create`

use axum::http::StatusCode;
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

use super::{PATH, bad_tags, tags};
use crate::pca_v1::private_certificates::{created, plain, root};

async fn create(server: &TestServer, id: &str, tags: Value) -> Answer {
    server.post(&format!("{PATH}/{id}/tags/create"), json!({ "tags": tags })).await
}

fn numbered(numbers: std::ops::Range<u8>) -> Value {
    numbers.map(|number| json!({ "key": format!("k{number}"), "value": "v" })).collect()
}

#[tokio::test]
async fn adds_all_and_the_last_of_one_key_wins() {
    let server = TestServer::start().await;
    let id = created(&server, plain(&root(&server).await)).await;
    let given = json!([{"key":"a","value":"1"}, {"key":"b","value":""}, {"key":"a","value":"2"}]);

    let answer = create(&server, &id, given).await;

    assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
    assert_eq!(tags(&server, &id).await, json!({ "a": "2", "b": "" }));
}

#[tokio::test]
async fn a_value_that_is_left_out_is_empty() {
    let server = TestServer::start().await;
    let id = created(&server, plain(&root(&server).await)).await;

    let answer = create(&server, &id, json!([{"key":"a"}, {"key":"b","value":null}])).await;

    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(tags(&server, &id).await, json!({ "a": "", "b": "" }));
}

#[tokio::test]
async fn more_than_a_certificate_may_have_adds_none() {
    let server = TestServer::start().await;
    let id = created(&server, plain(&root(&server).await)).await;
    assert_eq!(create(&server, &id, numbered(0..20)).await.status, StatusCode::NO_CONTENT);

    let given = json!([{"key":"k0","value":"other"}, {"key":"new","value":""}]);
    let answer = create(&server, &id, given).await;

    assert_eq!(answer.refusal(), "400 PCA.00020305");
    assert_eq!(tags(&server, &id).await["k0"], "v");
}

#[tokio::test]
async fn a_bad_tag_is_named_and_adds_none() {
    let server = TestServer::start().await;
    let id = created(&server, plain(&root(&server).await)).await;

    for (key, value, field) in bad_tags() {
        let given = json!([{"key":"good","value":"v"}, {"key":key,"value":value}]);
        let answer = create(&server, &id, given).await;
        assert_eq!(answer.refusal(), "400 PCA.00020001", "{key} {value}");
        let text = format!("Invalid parameter tags[1].{field}:");
        assert!(answer.string("/error_msg").starts_with(&text), "{}", answer.text());
    }
    for given in [json!(null), json!([]), numbered(0..21), json!({}), json!([7]), json!([[]])] {
        let answer = create(&server, &id, given.clone()).await;
        assert_eq!(answer.refusal(), "400 PCA.00020001", "{given}");
    }
    assert_eq!(tags(&server, &id).await, json!({}));
}
