//! `/v3/scm/csr`

mod create;
mod delete;
mod list;
mod private_key;
mod show;
mod update;
mod upload;

use serde_json::{Value, json};
use testkit::TestServer;

/// An identifier that nothing has.
const NOBODY: &str = "474a519e2c884c34a2d01033a6493b3c";

/// A request for a person's certificate.
fn personal() -> Value {
    json!({ "name": "mine", "domain_name": "a.example", "sans": "b.example, 192.0.2.1",
            "private_key_algo": "EC_P256", "usage": "PERSONAL" })
}

/// `body` with one member set to something else; `null` leaves it out.
fn with(mut body: Value, member: &str, value: Value) -> Value {
    body[member] = value;
    body
}

/// The identifier of a new request.
async fn created(server: &TestServer) -> String {
    server.post("/v3/scm/csr", personal()).await.string("/id")
}
