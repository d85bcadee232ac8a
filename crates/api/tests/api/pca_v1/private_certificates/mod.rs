//! `/v1/private-certificates`

mod account_tags;
mod create;
mod csr;
mod delete;
mod export;
mod list;
mod quotas;
mod resource_instances;
mod revoke;
mod show;
mod tags;

use axum::http::{Method, StatusCode};
use pki::Objects;
use serde_json::{Value, json};
use testkit::{Answer, TestServer};
use x509::Certificate;

const PATH: &str = "/v1/private-certificates";
const AUTHORITIES: &str = "/v1/private-certificate-authorities";
/// An identifier that nothing has.
const NOBODY: &str = "4c0e772e-a30c-4029-b929-b7acb04143f7";

/// A root with a key of this kind.
async fn authority(server: &TestServer, key_algorithm: &str, hash: &str) -> String {
    let name = json!({ "common_name": "Root", "country": "cn", "state": "Sichuan",
                       "locality": "成都", "organization": "Org", "organizational_unit": "Unit" });
    let body = json!({ "type": "ROOT", "distinguished_name": name, "key_algorithm": key_algorithm,
                       "signature_algorithm": hash, "validity": { "type": "YEAR", "value": 10 } });
    server.post(AUTHORITIES, body).await.string("/ca_id")
}

/// A root with an EC key.
async fn root(server: &TestServer) -> String {
    authority(server, "EC256", "SHA256").await
}

/// A certificate below `issuer`, with what is mandatory.
fn plain(issuer: &str) -> Value {
    json!({ "issuer_id": issuer, "distinguished_name": { "common_name": "a.example" },
            "validity": { "type": "YEAR", "value": 1 } })
}

/// `body` with the member at `pointer` set; `null` counts as left out.
fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (object, member) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(object).unwrap()[member] = value;
    body
}

async fn created(server: &TestServer, body: Value) -> String {
    let answer = server.post(PATH, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.string("/certificate_id")
}

async fn shown(server: &TestServer, id: &str) -> Answer {
    server.get(&format!("{PATH}/{id}")).await
}

async fn delete(server: &TestServer, id: &str) -> Answer {
    server.call(&server.owner.token, Method::DELETE, &format!("{PATH}/{id}"), None).await
}

async fn revoke(server: &TestServer, id: &str, body: Value) -> Answer {
    server.post(&format!("{PATH}/{id}/revoke"), body).await
}

/// What was signed.
async fn certificate(server: &TestServer, id: &str) -> Certificate {
    let account = server.owner.bootstrap.account.id;
    let stored = server.database.certificate(account, id.parse().unwrap()).await.unwrap();
    Certificate::from_der(&stored.unwrap().value.der).unwrap()
}

/// The detail of the audit event of `action` on the certificate.
async fn told(server: &TestServer, action: &str, id: &str) -> String {
    let events = server.iam.directory().audit_events(None, 1000).await.unwrap();
    let event = events
        .iter()
        .find(|event| event.action == action && event.object.as_deref() == Some(id))
        .unwrap_or_else(|| panic!("nobody told of {action}"));
    event.detail.clone().unwrap_or_default()
}

/// What the calls on one certificate answer for `id`.
async fn all_calls(server: &TestServer, token: &str, id: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    for (method, call, body) in [
        (Method::GET, "", None),
        (Method::POST, "/revoke", Some(json!({}))),
        (Method::GET, "/tags", None),
        (Method::POST, "/tags", Some(json!({ "tag": { "key": "k", "value": "v" } }))),
        (Method::POST, "/tags/create", Some(json!({ "tags": [{ "key": "k", "value": "v" }] }))),
        (Method::DELETE, "/tags/delete", Some(json!({ "tags": [{ "key": "k" }] }))),
        (Method::DELETE, "", None),
    ] {
        answers.push(server.call(token, method, &format!("{PATH}/{id}{call}"), body).await);
    }
    answers
}

#[tokio::test]
async fn a_missing_certificate_is_not_found_by_any_call() {
    let server = TestServer::start().await;

    for answer in all_calls(&server, &server.owner.token, NOBODY).await {
        assert_eq!(answer.refusal(), "404 PCA.10010002", "{}", answer.text());
    }
}

#[tokio::test]
async fn another_accounts_certificate_is_not_found_by_any_call() {
    let server = TestServer::start().await;
    let other = server.account("other").await;
    let root = root(&server).await;
    let id = created(&server, plain(&root)).await;

    for answer in all_calls(&server, &other.token, &id).await {
        assert_eq!(answer.refusal(), "404 PCA.10010002", "{}", answer.text());
    }
    assert_eq!(shown(&server, &id).await.string("/status"), "ISSUED");
}

#[tokio::test]
async fn a_malformed_identifier_is_a_bad_parameter_of_any_call() {
    let server = TestServer::start().await;

    for id in ["x", "4C0E772E-A30C-4029-B929-B7ACB04143F7", "%00", "%ff"] {
        for answer in all_calls(&server, &server.owner.token, id).await {
            assert_eq!(answer.refusal(), "400 PCA.00020001", "{id}");
            assert!(answer.string("/error_msg").contains("certificate_id"), "{}", answer.text());
        }
    }
}
