//! `POST /v1/private-certificates/resource-instances/count`

use serde_json::json;
use testkit::TestServer;

use super::tagged;
use crate::pca_v1::private_certificate_authorities::bad_searches;
use crate::pca_v1::private_certificates::{PATH, root};

#[tokio::test]
async fn tells_how_many_a_search_finds_whatever_the_page() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    for name in ["first", "second"] {
        tagged(&server, &root, name, json!([{ "key": "name", "value": name }])).await;
    }

    for (body, expected) in [
        (json!({}), 2),
        (json!({ "limit": 1, "offset": 7 }), 2),
        (json!({ "tags": [{ "key": "name", "values": ["first", "third"] }] }), 1),
        (
            json!({ "tags": [{ "key": "name" }], "matches": [{ "key": "resource_name", "value": "sec" }] }),
            1,
        ),
        (json!({ "tags": [{ "key": "other" }] }), 0),
    ] {
        let path = format!("{PATH}/resource-instances/count");
        let answer = server.post(&path, body.clone()).await.json();
        assert_eq!(answer, json!({ "total_count": expected }), "{body}");
    }
}

#[tokio::test]
async fn a_bad_search_is_named() {
    let server = TestServer::start().await;

    for (body, field) in bad_searches() {
        let answer = server.post(&format!("{PATH}/resource-instances/count"), body.clone()).await;
        assert_eq!(answer.refusal(), "400 PCA.00020001", "{body}");
        let text = format!("Invalid parameter {field}:");
        assert!(answer.string("/error_msg").starts_with(&text), "{body}: {}", answer.text());
    }
}
