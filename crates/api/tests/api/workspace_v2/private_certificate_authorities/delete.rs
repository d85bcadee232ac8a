//! `DELETE /v2/{project_id}/certmanager/private-certificate-authorities/{cert_id}`

use axum::http::{Method, StatusCode};
use serde_json::json;
use testkit::{Answer, TestServer};

use super::{NOBODY, created, example, root_path, with};

async fn delete(server: &TestServer, id: &str) -> Answer {
    let path = format!("{}/{id}", root_path(server));
    server.call(&server.owner.token, Method::DELETE, &path, None).await
}

#[tokio::test]
async fn what_is_deleted_is_gone_from_every_call() {
    let server = TestServer::start().await;
    let id = created(&server).await;

    let answer = delete(&server, &id).await;

    assert_eq!((answer.status, answer.body.len()), (StatusCode::OK, 0));
    let path = format!("{}/{id}", root_path(&server));
    let token = &server.owner.token;
    for (method, call) in [
        (Method::GET, ""),
        (Method::DELETE, ""),
        (Method::POST, "/export"),
        (Method::POST, "/crl"),
        (Method::POST, "/status/enable"),
        (Method::POST, "/status/disable"),
    ] {
        let answer = server.call(token, method, &format!("{path}{call}"), None).await;
        assert_eq!(answer.refusal(), "404 WKS.00030102", "{call}");
    }
    assert_eq!(server.get(&root_path(&server)).await.json(), json!({ "cert_list": [] }));
    assert!(server.audit().await.contains(&"delete_workspace_authority Done".to_owned()));
}

#[tokio::test]
async fn a_disabled_one_and_one_with_a_crl_can_be_deleted() {
    let server = TestServer::start().await;
    for call in ["/status/disable", "/crl"] {
        let id = created(&server).await;
        let path = format!("{}/{id}{call}", root_path(&server));
        let answer = server.call(&server.owner.token, Method::POST, &path, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{call}: {}", answer.text());

        assert_eq!(delete(&server, &id).await.status, StatusCode::OK, "{call}");
    }
}

#[tokio::test]
async fn a_transaction_that_waits_can_be_dropped_and_its_id_used_again() {
    let server = TestServer::start().await;
    let csr = format!("{}/csr", root_path(&server));
    let asked = |id: &str| {
        let body = with(example(), "/key_algorithm", json!("RSA-2048"));
        with(body, "/transaction_id", json!(id))
    };
    let uuid = "01234567-89ab-cdef-0123-456789abcdef";
    for id in ["typo", "b", uuid] {
        assert_eq!(server.post(&csr, asked(id)).await.status, StatusCode::OK, "{id}");
    }
    let first = server.post(&csr, asked("typo")).await.text();
    assert_eq!(server.post(&csr, asked("more")).await.refusal(), "400 WKS.00030401");

    for id in ["typo", uuid] {
        assert_eq!(delete(&server, id).await.status, StatusCode::OK, "{id}");
        assert_eq!(delete(&server, id).await.refusal(), "404 WKS.00030102", "{id}");
    }

    let again = server.post(&csr, asked("typo")).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.text());
    assert_ne!(again.text(), first);
    assert_eq!(server.post(&csr, asked("more")).await.status, StatusCode::OK);
    assert_eq!(server.post(&csr, asked("most")).await.refusal(), "400 WKS.00030401");
    assert!(server.audit().await.contains(&"delete_workspace_request Done".to_owned()));
}

#[tokio::test]
async fn one_of_many_at_once_deletes_it() {
    let server = std::sync::Arc::new(TestServer::start().await);
    let id = created(&server).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (server, id) = (server.clone(), id.clone());
        tasks.spawn(async move { delete(&server, &id).await.status });
    }

    let statuses = tasks.join_all().await;

    let won = statuses.iter().filter(|status| **status == StatusCode::OK).count();
    let lost = statuses.iter().filter(|status| **status == StatusCode::NOT_FOUND).count();
    assert_eq!((won, lost), (1, 7), "{statuses:?}");
    for _ in 0..3 {
        created(&server).await;
    }
    let fourth = server.post(&root_path(&server), super::root()).await;
    assert_eq!(fourth.refusal(), "400 WKS.00030401");
}

#[tokio::test]
async fn what_is_missing_or_malformed_is_not_found() {
    let server = TestServer::start().await;

    for id in [NOBODY, "x", "a%20b", "%00", "%ff", &"a".repeat(65)] {
        assert_eq!(delete(&server, id).await.refusal(), "404 WKS.00030102", "{id}");
    }
    // These words are other calls.
    for word in ["csr", "import"] {
        assert_eq!(delete(&server, word).await.refusal(), "404 APIGW.0101", "{word}");
    }
}
