//! `PUT /v3/scm/csr/{id}`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

use super::{NOBODY, created};

async fn put(server: &TestServer, id: &str, body: Value) -> Answer {
    let path = format!("/v3/scm/csr/{id}");
    server.call(&server.owner.token, Method::PUT, &path, Some(body)).await
}

#[tokio::test]
async fn changes_the_name_and_the_time_of_the_last_change_alone() {
    let server = TestServer::start().await;
    let id = created(&server).await;
    let mut before = server.get(&format!("/v3/scm/csr/{id}")).await.json();
    server.clock.advance(5);

    let body = json!({ "name": "\u{65b0} name", "domain_name": "evil.example", "id": NOBODY });
    let answer = put(&server, &id, body).await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    before["name"] = json!("\u{65b0} name");
    before["update_time"] = json!(before["update_time"].as_i64().unwrap() + 5_000);
    assert_eq!(answer.json(), before);
    assert_eq!(server.get(&format!("/v3/scm/csr/{id}")).await.json(), before);
    assert!(server.audit().await.contains(&"update_csr Done".to_owned()));
}

#[tokio::test]
async fn the_time_moves_on_within_a_millisecond_too() {
    let server = TestServer::start().await;
    let id = created(&server).await;

    let first = put(&server, &id, json!({ "name": "a" })).await.json();
    let second = put(&server, &id, json!({ "name": "a" })).await.json();

    let time = |csr: &Value| csr["update_time"].as_i64().unwrap();
    assert!(time(&first) > first["create_time"].as_i64().unwrap());
    assert!(time(&second) > time(&first));
}

#[tokio::test]
async fn each_bad_name_is_refused_and_changes_nothing() {
    let server = TestServer::start().await;
    let id = created(&server).await;
    let before = server.get(&format!("/v3/scm/csr/{id}")).await.text();

    for name in [
        json!(null),
        json!(""),
        json!(" "),
        json!(7),
        json!(["a"]),
        json!({}),
        json!("a\u{0}b"),
        json!("a\nb"),
        json!("a\u{202e}b"),
        json!("n".repeat(64)),
    ] {
        let answer = put(&server, &id, json!({ "name": name })).await;
        assert_eq!(answer.refusal(), "400 SCM.0005", "{name}");
        assert!(answer.string("/error_msg").contains("name"), "{}", answer.text());
    }
    for body in [json!([]), json!("name"), json!(null)] {
        assert_eq!(put(&server, &id, body.clone()).await.refusal(), "400 SCM.0005", "{body}");
    }
    let path = format!("/v3/scm/csr/{id}");
    let empty = server.call(&server.owner.token, Method::PUT, &path, None).await;
    assert_eq!(empty.refusal(), "400 SCM.0005");
    assert_eq!(server.get(&path).await.text(), before);
}

#[tokio::test]
async fn what_is_missing_or_malformed_or_anothers_is_not_found() {
    let server = TestServer::start().await;
    let id = created(&server).await;
    let other = server.account("other").await;

    for id in [NOBODY, "x", "%00", "%ff"] {
        let answer = put(&server, id, json!({ "name": "a" })).await;
        assert_eq!(answer.refusal(), "404 SCM.0707", "{id}");
    }
    let path = format!("/v3/scm/csr/{id}");
    let body = Some(json!({ "name": "a" }));
    let answer = server.call(&other.token, Method::PUT, &path, body).await;
    assert_eq!(answer.refusal(), "404 SCM.0707");
}
