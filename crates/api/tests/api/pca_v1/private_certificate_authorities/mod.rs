//! `/v1/private-certificate-authorities`

mod account_tags;
mod activate;
mod agencies;
mod agency;
mod create;
mod crl;
mod csr;
mod delete;
mod disable;
mod enable;
mod export;
mod import;
mod list;
mod obs;
mod ocsp;
mod order;
mod quotas;
mod races;
mod resource_instances;
mod restore;
mod revoke;
mod show;
mod tags;

pub(super) use resource_instances::bad_searches;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

const PATH: &str = "/v1/private-certificate-authorities";
/// An identifier that nothing has.
const NOBODY: &str = "4c0e772e-a30c-4029-b929-b7acb04143f7";

/// A distinguished name with this common name.
fn name(common_name: &str) -> Value {
    json!({ "common_name": common_name, "country": "cn", "state": "Sichuan", "locality": "成都",
            "organization": "Org", "organizational_unit": "Unit" })
}

/// A root that signs with an EC key.
fn root(common_name: &str) -> Value {
    json!({ "type": "ROOT", "distinguished_name": name(common_name), "key_algorithm": "EC256",
            "signature_algorithm": "SHA256", "validity": { "type": "YEAR", "value": 10 } })
}

/// A subordinate below `issuer`.
fn subordinate(common_name: &str, issuer: &str, path_length: u8) -> Value {
    json!({ "type": "SUBORDINATE", "distinguished_name": name(common_name),
            "key_algorithm": "EC256", "signature_algorithm": "SHA256", "issuer_id": issuer,
            "path_length": path_length, "validity": { "type": "YEAR", "value": 5 } })
}

/// A subordinate that waits for its certificate.
fn pending(common_name: &str) -> Value {
    json!({ "type": "SUBORDINATE", "distinguished_name": name(common_name),
            "key_algorithm": "EC384" })
}

/// `body` with the member at `pointer` set; `null` counts as left out.
fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (object, member) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(object).unwrap()[member] = value;
    body
}

async fn created(server: &TestServer, body: Value) -> String {
    let answer = server.post(PATH, body).await;
    let id = answer.string("/ca_id");
    assert_eq!(id.len(), 36, "{}", answer.text());
    id
}

/// Posts without a body to what is no authority's.
async fn act_on_all(server: &TestServer, call: &str) -> Answer {
    let path = format!("{PATH}/{call}");
    server.call(&server.owner.token, Method::POST, &path, None).await
}

/// Posts without a body.
async fn act(server: &TestServer, id: &str, call: &str) -> Answer {
    let path = format!("{PATH}/{id}/{call}");
    server.call(&server.owner.token, Method::POST, &path, None).await
}

/// Deletes with this query.
async fn delete(server: &TestServer, id: &str, query: &str) -> Answer {
    let path = format!("{PATH}/{id}{query}");
    server.call(&server.owner.token, Method::DELETE, &path, None).await
}

/// Disables an authority and has it deleted after a week.
async fn schedule(server: &TestServer, id: &str) {
    assert_eq!(act(server, id, "disable").await.status, StatusCode::NO_CONTENT);
    let answer = delete(server, id, "?pending_days=7").await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
}

async fn status(server: &TestServer, id: &str) -> String {
    server.get(&format!("{PATH}/{id}")).await.string("/status")
}

/// The audit event of `action` on the authority: who did it, with the detail.
async fn told(server: &TestServer, action: &str, id: &str) -> String {
    let events = server.iam.directory().audit_events(None, 1000).await.unwrap();
    let event = events
        .iter()
        .find(|event| event.action == action && event.object.as_deref() == Some(id))
        .unwrap_or_else(|| panic!("nobody told of {action}"));
    let detail = event.detail.clone().unwrap_or_default();
    format!("{:?}: {detail}", event.origin.actor)
}

/// What the calls on one authority answer for `id`.
async fn all_calls(server: &TestServer, token: &str, id: &str) -> Vec<Answer> {
    let activation = json!({ "issuer_id": NOBODY, "signature_algorithm": "SHA256",
                             "validity": { "type": "DAY", "value": 1 } });
    let mut answers = Vec::new();
    for (method, call, body) in [
        (Method::GET, "", None),
        (Method::GET, "/csr", None),
        (Method::POST, "/export", None),
        (Method::POST, "/activate", Some(activation)),
        (Method::POST, "/import", Some(json!({ "certificate": "x" }))),
        (Method::POST, "/disable", None),
        (Method::POST, "/enable", None),
        (Method::POST, "/ocsp/switch", Some(json!({ "ocsp_switch": true }))),
        (Method::POST, "/restore", None),
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
async fn a_missing_authority_is_not_found_by_any_call() {
    let server = TestServer::start().await;

    for answer in all_calls(&server, &server.owner.token, NOBODY).await {
        assert_eq!(answer.refusal(), "404 PCA.10010002", "{}", answer.text());
    }
}

#[tokio::test]
async fn another_accounts_authority_is_not_found_by_any_call() {
    let server = TestServer::start().await;
    let other = server.account("other").await;

    for body in [root("Root"), pending("Pending")] {
        let id = created(&server, body).await;
        for answer in all_calls(&server, &other.token, &id).await {
            assert_eq!(answer.refusal(), "404 PCA.10010002", "{}", answer.text());
        }
    }
}

#[tokio::test]
async fn a_malformed_identifier_is_a_bad_parameter_of_any_call() {
    let server = TestServer::start().await;

    for id in ["x", "4C0E772E-A30C-4029-B929-B7ACB04143F7", "%00", "%ff"] {
        for answer in all_calls(&server, &server.owner.token, id).await {
            assert_eq!(answer.refusal(), "400 PCA.00020201", "{id}");
        }
    }
}
