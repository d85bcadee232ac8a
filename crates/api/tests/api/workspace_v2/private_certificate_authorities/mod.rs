//! `/v2/{project_id}/certmanager/private-certificate-authorities`

mod create;
mod crl;
mod csr;
mod delete;
mod export;
mod import;
mod list;
mod show;
mod status;

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

/// The body of the page's own example.
fn example() -> Value {
    json!({
        "distinguished_name": { "common_name": "api_test", "country": "CN",
            "state": "GuangDong", "locality": "DongGuan", "organization": "Huawei",
            "organizational_unit": "Workspace" },
        "key_algorithm": "RSA-3072",
        "signature_algorithm": "SHA-256",
        "transaction_id": "string",
    })
}

/// `body` with the member at `pointer` set; `null` counts as left out.
fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (object, member) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(object).unwrap()[member] = value;
    body
}

fn path(project: &str, call: &str) -> String {
    format!("/v2/{project}/certmanager/private-certificate-authorities/{call}")
}

/// Asks for the request as JSON.
async fn csr_as_json(server: &TestServer, token: &str, body: &Value) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri(path(&server.owner.project(), "csr"))
        .header("x-auth-token", token)
        .header("accept", "application/json")
        .body(Body::from(body.to_string()));
    server.send(request.unwrap()).await
}

/// An identifier that nothing has.
const NOBODY: &str = "4c0e772e-a30c-4029-b929-b7acb04143f7";

/// A request for a root.
fn root() -> Value {
    let mut body = with(example(), "/distinguished_name/common_name", json!("Desktop Root"));
    body["key_algorithm"] = json!("RSA-2048");
    body["signature_algorithm"] = json!("SHA-512");
    body["validity"] = json!({ "type": "YEAR", "value": 10 });
    body["crl_configuration"] = json!({ "enable": true, "type": "SYSTEM", "valid_day": 7 });
    body
}

/// Where the owner's authorities are.
fn root_path(server: &TestServer) -> String {
    format!("/v2/{}/certmanager/private-certificate-authorities", server.owner.project())
}

/// The identifier of a new root.
async fn created(server: &TestServer) -> String {
    let answer = server.post(&root_path(server), root()).await;
    assert_eq!(answer.status, axum::http::StatusCode::OK, "{}", answer.text());
    answer.header("x-cert-id").to_owned()
}
