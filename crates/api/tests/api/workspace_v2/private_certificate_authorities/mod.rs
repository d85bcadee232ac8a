//! `/v2/{project_id}/certmanager/private-certificate-authorities`

mod csr;
mod import;

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
