//! `POST /v1/private-certificate-authorities/resource-instances/filter`

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

use super::bad_searches;
use crate::pca_v1::private_certificate_authorities::{PATH, created, pending, root};

async fn filter(server: &TestServer, body: Value) -> Answer {
    server.post(&format!("{PATH}/resource-instances/filter"), body).await
}

/// An authority with these tags.
async fn tagged(server: &TestServer, body: Value, tags: Value) -> String {
    let id = created(server, body).await;
    server.post(&format!("{PATH}/{id}/tags/create"), json!({ "tags": tags })).await;
    server.clock.advance(1);
    id
}

#[tokio::test]
async fn finds_by_keys_values_and_names_newest_first() {
    let server = TestServer::start().await;
    let web = json!([{"key":"team","value":"web"}, {"key":"stage","value":""}]);
    let first = tagged(&server, root("First Root"), web).await;
    let second = tagged(&server, pending("Second"), json!([{"key":"team","value":"shop"}])).await;
    let third = tagged(&server, root("Third Root"), json!([{"key":"other","value":"x"}])).await;

    let one = |key: &str, values: Value| json!({ "tags": [{ "key": key, "values": values }] });
    let name = |name: &str| json!({ "matches": [{ "key": "resource_name", "value": name }] });
    for (body, expected) in [
        (json!({}), vec![&third, &second, &first]),
        (
            json!({ "limit": 50, "offset": 0, "tags": [], "matches": [] }),
            vec![&third, &second, &first],
        ),
        (json!({ "limit": 10, "offset": 1 }), vec![&second, &first]),
        (one("team", json!([])), vec![&second, &first]),
        (one("team", json!(null)), vec![&second, &first]),
        (one("team", json!(["web"])), vec![&first]),
        (one("team", json!(["web", "shop"])), vec![&second, &first]),
        (one("stage", json!([""])), vec![&first]),
        (one("nobody", json!([])), vec![]),
        (json!({ "tags": [{ "key": "team" }, { "key": "stage" }] }), vec![&first]),
        (name("Root"), vec![&third, &first]),
        (name(""), vec![&third, &second, &first]),
        (
            json!({ "tags": [{ "key": "team" }], "matches": [{ "key": "resource_name", "value": "S" }] }),
            vec![&second],
        ),
    ] {
        let answer = filter(&server, body.clone()).await.json();

        let ids = answer["resources"].as_array().unwrap().iter().map(|one| &one["resource_id"]);
        assert_eq!(ids.collect::<Vec<_>>(), expected, "{body}");
    }
}

#[tokio::test]
async fn shows_each_with_its_tags_and_as_show_does() {
    let server = TestServer::start().await;
    let tags = json!([{"key":"stage","value":""}, {"key":"team","value":"web"}]);
    let id = tagged(&server, root("Root"), tags.clone()).await;

    let answer = filter(&server, json!({})).await.json();

    let shown = server.get(&format!("{PATH}/{id}")).await.json();
    let resource = json!({ "resource_id": id, "resource_name": "Root", "resource_detail": shown,
                           "tags": tags });
    assert_eq!(answer, json!({ "total_count": 1, "resources": [resource] }));
}

#[tokio::test]
async fn another_account_finds_nothing_of_it() {
    let server = TestServer::start().await;
    tagged(&server, root("Root"), json!([{"key":"team","value":"web"}])).await;
    let other = server.account("other").await;
    let path = format!("{PATH}/resource-instances/filter");

    let answer = server.call(&other.token, Method::POST, &path, Some(json!({}))).await;

    assert_eq!(answer.json(), json!({ "total_count": 0, "resources": [] }));
}

#[tokio::test]
async fn a_bad_search_is_named() {
    let server = TestServer::start().await;

    let pages = [
        (json!({ "limit": 9 }), "limit"),
        (json!({ "limit": 51 }), "limit"),
        (json!({ "limit": "10" }), "limit"),
        (json!({ "offset": -1 }), "offset"),
    ];
    for (body, field) in bad_searches().into_iter().chain(pages) {
        let answer = filter(&server, body.clone()).await;
        assert_eq!(answer.refusal(), "400 PCA.00020001", "{body}");
        let text = format!("Invalid parameter {field}:");
        assert!(answer.string("/error_msg").starts_with(&text), "{body}: {}", answer.text());
    }
}
