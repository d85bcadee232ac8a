//! A key store in which too many keys are being made: whoever asks for one more is told to come
//! back, nothing is recorded, and later everything goes on.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::TestServer;

/// What makes a key, and what shows that nothing was left behind.
fn makers(server: &TestServer) -> [(String, Value, String); 4] {
    let workspace =
        format!("/v2/{}/certmanager/private-certificate-authorities", server.owner.project());
    let subject = json!({ "common_name": "a", "country": "CN", "state": "b", "locality": "c",
                          "organization": "d", "organizational_unit": "e" });
    let root = json!({ "distinguished_name": subject, "key_algorithm": "RSA-2048",
        "signature_algorithm": "SHA-256", "validity": { "type": "YEAR", "value": 1 },
        "crl_configuration": { "enable": false } });
    let request = json!({ "distinguished_name": subject, "key_algorithm": "RSA-2048",
                          "transaction_id": "string" });
    let authority = json!({ "type": "ROOT", "key_algorithm": "EC256",
        "signature_algorithm": "SHA256", "distinguished_name": subject,
        "validity": { "type": "YEAR", "value": 1 } });
    let csr = json!({ "name": "a", "domain_name": "a.example", "private_key_algo": "EC_P256",
                      "usage": "PERSONAL" });
    let authorities = "/v1/private-certificate-authorities".to_owned();
    [
        (authorities.clone(), authority, authorities),
        ("/v3/scm/csr".to_owned(), csr, "/v3/scm/csr".to_owned()),
        (workspace.clone(), root, workspace.clone()),
        (format!("{workspace}/csr"), request, workspace),
    ]
}

#[tokio::test]
async fn who_needs_a_key_from_a_busy_key_store_is_told_to_come_back() {
    let server = TestServer::start().await;

    for (path, body, list) in makers(&server) {
        let before = server.get(&list).await.text();
        let told = server.audit().await;

        server.keep_keys_busy();
        let refused = server.post(&path, body.clone()).await;

        assert_eq!(refused.refusal(), "429 APIGW.0308", "{path}");
        assert_eq!(server.get(&list).await.text(), before, "{path}");
        assert_eq!(server.audit().await, told, "{path}");
        server.leave_keys_alone();
        let answer = server.call(&server.owner.token, Method::POST, &path, Some(body)).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text());
    }
}

#[tokio::test]
async fn what_needs_no_new_key_goes_on_in_a_busy_key_store() {
    let server = TestServer::start().await;
    let [(path, body, _), ..] = makers(&server);
    let id = server.post(&path, body).await.string("/ca_id");
    server.keep_keys_busy();

    let export = format!("{path}/{id}/export");
    let exported = server.call(&server.owner.token, Method::POST, &export, None).await;

    assert_eq!(exported.status, StatusCode::OK);
}
