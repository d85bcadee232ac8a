//! `DELETE /v3/scm/csr/{id}`

use axum::http::{Method, StatusCode};
use serde_json::json;
use testkit::{Answer, TestServer};

use super::{NOBODY, created, personal};

async fn delete(server: &TestServer, token: &str, id: &str) -> Answer {
    server.call(token, Method::DELETE, &format!("/v3/scm/csr/{id}"), None).await
}

#[tokio::test]
async fn what_is_deleted_is_gone_from_every_call() {
    let server = TestServer::start().await;
    let (id, kept) = (created(&server).await, created(&server).await);

    let answer = delete(&server, &server.owner.token, &id).await;

    assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
    let path = format!("/v3/scm/csr/{id}");
    let token = &server.owner.token;
    let rename = Some(json!({ "name": "a" }));
    for answer in [
        server.get(&path).await,
        server.get(&format!("{path}/private-key")).await,
        server.call(token, Method::PUT, &path, rename).await,
        delete(&server, token, &id).await,
    ] {
        assert_eq!(answer.refusal(), "404 SCM.0707");
    }
    let list = server.get("/v3/scm/csr").await;
    assert_eq!((list.string("/csr_list/0/id"), list.json()["total"].clone()), (kept, json!(1)));
    assert!(server.audit().await.contains(&"delete_csr Done".to_owned()));
}

#[tokio::test]
async fn an_upload_without_a_key_can_be_deleted() {
    let server = TestServer::start().await;
    let made = created(&server).await;
    let pem = server.get(&format!("/v3/scm/csr/{made}")).await.string("/csr");
    let body = json!({ "name": "theirs", "csr": pem });
    let id = server.post("/v3/scm/csr/upload", body).await.string("/id");

    let answer = delete(&server, &server.owner.token, &id).await;

    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get("/v3/scm/csr").await.json()["total"], 1);
}

#[tokio::test]
async fn its_place_in_the_quota_is_given_back_once() {
    let rules = pki::Settings { csr_quota: Some(1), ..pki::Settings::default() };
    let server = TestServer::start_with(api::Settings::default(), rules).await;
    let id = created(&server).await;

    for _ in 0..2 {
        delete(&server, &server.owner.token, &id).await;
    }

    assert_eq!(server.post("/v3/scm/csr", personal()).await.status, StatusCode::CREATED);
    assert_eq!(server.post("/v3/scm/csr", personal()).await.refusal(), "400 SCM.0011");
}

#[tokio::test]
async fn one_of_many_at_once_deletes_it() {
    let server = std::sync::Arc::new(TestServer::start().await);
    let id = created(&server).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (server, id) = (server.clone(), id.clone());
        tasks.spawn(async move { delete(&server, &server.owner.token, &id).await.status });
    }

    let statuses = tasks.join_all().await;

    let won = statuses.iter().filter(|status| **status == StatusCode::NO_CONTENT).count();
    let lost = statuses.iter().filter(|status| **status == StatusCode::NOT_FOUND).count();
    assert_eq!((won, lost), (1, 7), "{statuses:?}");
}

#[tokio::test]
async fn what_is_missing_or_malformed_or_anothers_is_not_found() {
    let server = TestServer::start().await;
    let id = created(&server).await;
    let other = server.account("other").await;

    for id in [NOBODY, "x", "%00", "%ff", "474A519E2C884C34A2D01033A6493B3C"] {
        let answer = delete(&server, &server.owner.token, id).await;
        assert_eq!(answer.refusal(), "404 SCM.0707", "{id}");
    }
    assert_eq!(delete(&server, &other.token, &id).await.refusal(), "404 SCM.0707");
    assert_eq!(server.get(&format!("/v3/scm/csr/{id}")).await.status, StatusCode::OK);
}
