//! `POST /v1/private-certificates/resource-instances/filter`

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

use super::tagged;
use crate::pca_v1::private_certificate_authorities::bad_searches;
use crate::pca_v1::private_certificates::{PATH, root, shown};

async fn filter(server: &TestServer, body: Value) -> Answer {
    server.post(&format!("{PATH}/resource-instances/filter"), body).await
}

#[tokio::test]
async fn finds_by_keys_values_and_names_newest_first() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let web = json!([{"key":"team","value":"web"}, {"key":"stage","value":""}]);
    let first = tagged(&server, &root, "first.example", web).await;
    let shop = json!([{"key":"team","value":"shop"}]);
    let second = tagged(&server, &root, "second", shop).await;
    let third = json!([{"key":"other","value":"x"}]);
    let third = tagged(&server, &root, "third.example", third).await;

    let one = |key: &str, values: Value| json!({ "tags": [{ "key": key, "values": values }] });
    let name = |name: &str| json!({ "matches": [{ "key": "resource_name", "value": name }] });
    for (body, expected) in [
        (json!({}), vec![&third, &second, &first]),
        (json!({ "limit": 50, "tags": [], "matches": [] }), vec![&third, &second, &first]),
        (json!({ "limit": 10, "offset": 1 }), vec![&second, &first]),
        (json!({ "limit": 10, "offset": 2 }), vec![&first]),
        (one("team", json!([])), vec![&second, &first]),
        (one("team", json!(["web"])), vec![&first]),
        (one("team", json!(["web", "shop"])), vec![&second, &first]),
        (one("stage", json!([""])), vec![&first]),
        (one("nobody", json!([])), vec![]),
        (json!({ "tags": [{ "key": "team" }, { "key": "stage" }] }), vec![&first]),
        (name("example"), vec![&third, &first]),
        (name(""), vec![&third, &second, &first]),
    ] {
        let answer = filter(&server, body.clone()).await.json();

        let ids = answer["resources"].as_array().unwrap().iter().map(|one| &one["resource_id"]);
        assert_eq!(ids.collect::<Vec<_>>(), expected, "{body}");
    }
}

#[tokio::test]
async fn shows_each_with_its_tags_and_as_show_does() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let tags = json!([{"key":"stage","value":""}, {"key":"team","value":"web"}]);
    let id = tagged(&server, &root, "a.example", tags.clone()).await;

    let answer = filter(&server, json!({})).await.json();

    let detail = shown(&server, &id).await.json();
    let resource = json!({ "resource_id": id, "resource_name": "a.example",
                           "resource_detail": detail, "tags": tags });
    assert_eq!(answer, json!({ "total_count": 1, "resources": [resource] }));
}

#[tokio::test]
async fn another_account_finds_nothing_of_it() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    tagged(&server, &root, "a.example", json!([{"key":"team","value":"web"}])).await;
    let other = server.account("other").await;
    let path = format!("{PATH}/resource-instances/filter");

    let answer = server.call(&other.token, Method::POST, &path, Some(json!({}))).await;

    assert_eq!(answer.json(), json!({ "total_count": 0, "resources": [] }));
}

#[tokio::test]
async fn a_bad_search_is_named() {
    let server = TestServer::start().await;

    for (body, field) in bad_searches().into_iter().chain([(json!({ "limit": 9 }), "limit")]) {
        let answer = filter(&server, body.clone()).await;
        assert_eq!(answer.refusal(), "400 PCA.00020001", "{body}");
        let text = format!("Invalid parameter {field}:");
        assert!(answer.string("/error_msg").starts_with(&text), "{body}: {}", answer.text());
    }
}
