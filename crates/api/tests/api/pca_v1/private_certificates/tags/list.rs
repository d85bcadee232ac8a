//! `GET /v1/private-certificates/{certificate_id}/tags`

use serde_json::json;
use testkit::TestServer;

use super::PATH;
use crate::pca_v1::private_certificates::{created, plain, root};

#[tokio::test]
async fn they_come_sorted_by_key() {
    let server = TestServer::start().await;
    let id = created(&server, plain(&root(&server).await)).await;
    let path = format!("{PATH}/{id}/tags");
    assert_eq!(server.get(&path).await.json(), json!({ "tags": [] }));
    let tags = json!([{"key":"b","value":"x/y"}, {"key":"a b","value":""}]);
    server.post(&format!("{path}/create"), json!({ "tags": tags })).await;

    let answer = server.get(&path).await.json();

    assert_eq!(answer, json!({ "tags": [tags[1], tags[0]] }));
}
