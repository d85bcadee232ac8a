//! `GET /v1/private-certificates/tags`

use axum::http::Method;
use serde_json::json;
use testkit::TestServer;

use super::{PATH, created, delete, plain, root};

#[tokio::test]
async fn each_key_comes_once_with_its_values_while_a_certificate_has_them() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let first = created(&server, plain(&root)).await;
    let second = created(&server, plain(&root)).await;
    for (id, tags) in [
        (&first, json!([{"key":"团队","value":"b"}, {"key":"a","value":""}])),
        (&second, json!([{"key":"团队","value":"a"}, {"key":"a","value":""}])),
    ] {
        server.post(&format!("{PATH}/{id}/tags/create"), json!({ "tags": tags })).await;
    }
    let other = server.account("other").await;
    let path = format!("{PATH}/tags");

    let answer = server.get(&path).await.json();

    let tags = json!([{"key":"a","values":[""]}, {"key":"团队","values":["a","b"]}]);
    assert_eq!(answer, json!({ "tags": tags }));
    let others = server.call(&other.token, Method::GET, &path, None).await;
    assert_eq!(others.json(), json!({ "tags": [] }));
    delete(&server, &second).await;
    let tags = json!([{"key":"a","values":[""]}, {"key":"团队","values":["b"]}]);
    assert_eq!(server.get(&path).await.json(), json!({ "tags": tags }));
}
