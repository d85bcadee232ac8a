//! `POST /v2/{project_id}/certmanager/private-certificate-authorities/{cert_id}/status/{status}`

use axum::http::{Method, StatusCode};
use testkit::{Answer, TestScope, TestServer};

use super::{NOBODY, created, root_path};

async fn set(server: &TestServer, id: &str, word: &str) -> Answer {
    let path = format!("{}/{id}/status/{word}", root_path(server));
    server.call(&server.owner.token, Method::POST, &path, None).await
}

async fn status(server: &TestServer, id: &str) -> String {
    server.get(&format!("{}/{id}", root_path(server))).await.string("/status")
}

#[tokio::test]
async fn goes_to_and_fro_in_any_case_and_stays_where_it_is() {
    let server = TestServer::start().await;
    let id = created(&server).await;

    for (word, expected) in [
        ("enable", "ENABLE"),
        ("disable", "DISABLE"),
        ("DISABLE", "DISABLE"),
        ("Enable", "ENABLE"),
        ("ENABLE", "ENABLE"),
    ] {
        let answer = set(&server, &id, word).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::OK, 0), "{word}");
        assert_eq!(status(&server, &id).await, expected, "{word}");
    }
    // Only what changed something is told.
    let told = server.audit().await;
    for (event, times) in
        [("disable_workspace_authority Done", 1), ("enable_workspace_authority Done", 1)]
    {
        assert_eq!(told.iter().filter(|found| *found == event).count(), times, "{event}");
    }
}

#[tokio::test]
async fn an_expired_one_is_neither_enabled_nor_disabled() {
    for before in ["enable", "disable"] {
        let server = TestServer::start().await;
        let id = created(&server).await;
        set(&server, &id, before).await;
        server.clock.advance(11 * 366 * 86_400);
        let token = server.token(&server.owner, TestScope::Project).await;

        for word in ["enable", "disable"] {
            let path = format!("{}/{id}/status/{word}", root_path(&server));
            let answer = server.call(&token, Method::POST, &path, None).await;
            assert_eq!(answer.refusal(), "400 WKS.00030201", "{before} {word}");
            assert!(answer.string("/error_msg").contains("EXPIRED"), "{}", answer.text());
        }
    }
}

#[tokio::test]
async fn another_word_is_refused() {
    let server = TestServer::start().await;
    let id = created(&server).await;

    for word in ["DELETE", "enabled", "x", "%00", "enable%20"] {
        let answer = set(&server, &id, word).await;
        assert_eq!(answer.refusal(), "400 WKS.00020001", "{word}");
        assert_eq!(answer.string("/error_detail"), "status");
    }
    assert_eq!(status(&server, &id).await, "ENABLE");
}

#[tokio::test]
async fn what_is_missing_or_malformed_is_not_found() {
    let server = TestServer::start().await;

    for id in [NOBODY, "x", "csr", "%ff"] {
        assert_eq!(set(&server, id, "enable").await.refusal(), "404 WKS.00030102", "{id}");
    }
}
