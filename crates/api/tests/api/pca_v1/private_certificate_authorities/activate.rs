//! `POST /v1/private-certificate-authorities/{ca_id}/activate`

use axum::http::StatusCode;
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

use super::{NOBODY, PATH, created, pending, root, subordinate, with};

fn activation(issuer: &str) -> Value {
    json!({ "issuer_id": issuer, "signature_algorithm": "SHA384", "path_length": 1,
            "validity": { "type": "MONTH", "value": 6 } })
}

async fn activate(server: &TestServer, id: &str, body: Value) -> Answer {
    server.post(&format!("{PATH}/{id}/activate"), body).await
}

#[tokio::test]
async fn makes_it_an_active_child_of_its_issuer() {
    let server = TestServer::start().await;
    let root = created(&server, root("Root")).await;
    let id = created(&server, pending("Sub")).await;

    let answer = activate(&server, &id, activation(&root)).await;

    assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
    let shown = server.get(&format!("{PATH}/{id}")).await.json();
    assert_eq!(shown["status"], "ACTIVED");
    assert_eq!(shown["issuer_id"], root);
    assert_eq!(shown["signature_algorithm"], "SHA384");
    assert_eq!(shown["path_length"], 1);
    assert_eq!(shown["gen_mode"], "GENERATE");
}

#[tokio::test]
async fn works_once() {
    let server = TestServer::start().await;
    let root = created(&server, root("Root")).await;
    let id = created(&server, pending("Sub")).await;
    activate(&server, &id, activation(&root)).await;

    let answer = activate(&server, &id, activation(&root)).await;

    assert_eq!(answer.refusal(), "403 PCA.00030201");
    assert!(answer.string("/error_msg").contains("ACTIVED"), "{}", answer.text());
}

#[tokio::test]
async fn each_bad_parameter_has_its_code_and_changes_nothing() {
    let server = TestServer::start().await;
    let root = created(&server, root("Root")).await;
    let last = created(&server, subordinate("Last", &root, 0)).await;
    let id = created(&server, pending("Sub")).await;

    for (pointer, value, refusal) in [
        ("/issuer_id", json!(null), "400 PCA.00020201"),
        ("/issuer_id", json!("x"), "400 PCA.00020201"),
        ("/issuer_id", json!(NOBODY), "404 PCA.10010002"),
        ("/issuer_id", json!(last), "400 PCA.00020304"),
        ("/issuer_id", json!(id), "403 PCA.00030201"),
        ("/signature_algorithm", json!(null), "400 PCA.00020103"),
        ("/signature_algorithm", json!("SM3"), "400 PCA.00020103"),
        ("/validity", json!(null), "400 PCA.00020109"),
        ("/validity/value", json!(1000), "400 PCA.00020109"),
        ("/path_length", json!(9), "400 PCA.00020203"),
        ("/key_usages", json!(["x"]), "400 PCA.00020001"),
        ("/crl_configuration", json!({ "enabled": true }), "400 PCA.00020001"),
    ] {
        let answer = activate(&server, &id, with(activation(&root), pointer, value.clone())).await;
        assert_eq!(answer.refusal(), refusal, "{pointer} {value}: {}", answer.text());
    }
    assert_eq!(server.get(&format!("{PATH}/{id}")).await.string("/status"), "PENDING");
}
