//! Which operation is refused in which status: the refusal has one code and names the status.

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{Answer, TestScope, TestServer};

const AUTHORITIES: &str = "/v1/private-certificate-authorities";
const CERTIFICATES: &str = "/v1/private-certificates";

/// The statuses of authorities.
const STATUSES: [&str; 6] = ["PENDING", "ACTIVED", "DISABLED", "DELETED", "EXPIRED", "REVOKED"];

/// The calls on an authority, and the statuses in which they are not refused for the status.
const CALLS: [(&str, &[&str]); 15] = [
    ("activate", &["PENDING"]),
    ("create a certificate", &["ACTIVED"]),
    ("create a certificate by CSR", &["ACTIVED"]),
    ("create a subordinate", &["ACTIVED"]),
    ("crl/disable", &["ACTIVED", "DISABLED"]),
    ("crl/enable", &["ACTIVED", "DISABLED"]),
    ("csr", &["PENDING"]),
    ("delete", &["PENDING", "DISABLED", "EXPIRED", "REVOKED"]),
    ("disable", &["ACTIVED", "EXPIRED"]),
    ("enable", &["DISABLED"]),
    ("export", &["ACTIVED", "DISABLED", "EXPIRED"]),
    ("import", &["PENDING"]),
    ("ocsp/switch", &["ACTIVED", "DISABLED"]),
    ("restore", &["DELETED"]),
    ("revoke", &["ACTIVED", "DISABLED"]),
];

/// The calls on a certificate, likewise.
const CERTIFICATE_CALLS: [(&str, &[&str]); 4] = [
    ("delete", &["ISSUED", "REVOKED", "EXPIRED"]),
    ("export", &["ISSUED"]),
    ("revoke", &["ISSUED"]),
    ("tags/create", &["ISSUED", "REVOKED", "EXPIRED"]),
];

/// A CSR with a key that is no authority's.
async fn foreign_csr(client: &Client<'_>) -> String {
    let body = json!({ "name": "csr", "domain_name": "a.example", "private_key_algo": "EC_P256",
                       "usage": "PERSONAL" });
    let id = client.post("/v3/scm/csr", body).await.string("/id");
    client.get(&format!("/v3/scm/csr/{id}")).await.string("/csr")
}

/// The server, as somebody with a token of now sees it.
struct Client<'a> {
    server: &'a TestServer,
    token: String,
}

impl<'a> Client<'a> {
    /// Tokens live a day: after the clock has moved another one is needed.
    async fn of(server: &'a TestServer) -> Self {
        Self { server, token: server.token(&server.owner, TestScope::Project).await }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.server.call(&self.token, method, path, body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    /// Does it, or the test ends.
    async fn done(&self, method: Method, path: &str, body: Option<Value>) {
        let answer = self.call(method, path, body).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text());
    }

    async fn authority(&self, body: Value) -> String {
        let answer = self.post(AUTHORITIES, body).await;
        assert!(answer.status.is_success(), "{}", answer.text());
        answer.string("/ca_id")
    }

    async fn certificate(&self, issuer: &str, days: u32) -> String {
        let answer = self.post(CERTIFICATES, leaf(issuer, days)).await;
        assert!(answer.status.is_success(), "{}", answer.text());
        answer.string("/certificate_id")
    }
}

fn name(common_name: &str) -> Value {
    json!({ "common_name": common_name, "country": "CN", "state": "Sichuan", "locality": "Chengdu",
            "organization": "Org", "organizational_unit": "Unit" })
}

fn validity(days: u32) -> Value {
    json!({ "type": "DAY", "value": days })
}

fn root() -> Value {
    json!({ "type": "ROOT", "distinguished_name": name("Root"), "key_algorithm": "EC256",
            "signature_algorithm": "SHA256", "validity": validity(3650) })
}

fn pending(common_name: &str) -> Value {
    json!({ "type": "SUBORDINATE", "distinguished_name": name(common_name),
            "key_algorithm": "EC256" })
}

fn subordinate(common_name: &str, issuer: &str, days: u32) -> Value {
    json!({ "type": "SUBORDINATE", "distinguished_name": name(common_name),
            "key_algorithm": "EC256", "signature_algorithm": "SHA256", "issuer_id": issuer,
            "path_length": 1, "validity": validity(days) })
}

fn leaf(issuer: &str, days: u32) -> Value {
    json!({ "issuer_id": issuer, "key_algorithm": "EC256", "signature_algorithm": "SHA256",
            "distinguished_name": { "common_name": "a.example" }, "validity": validity(days) })
}

/// A new authority in this status; an expired one has been there since before the clock moved.
async fn authority_that_is(client: &Client<'_>, status: &str, issuer: &str) -> String {
    let steps: &[(Method, &str, Option<Value>)] = match status {
        "DISABLED" => &[(Method::POST, "/disable", None)],
        "DELETED" => &[(Method::POST, "/disable", None), (Method::DELETE, "?pending_days=7", None)],
        "REVOKED" => &[(Method::POST, "/revoke", Some(json!({})))],
        _ => &[],
    };
    let body = match status {
        "PENDING" => pending("Sub"),
        _ => subordinate("Sub", issuer, 1000),
    };
    let id = client.authority(body).await;
    for (method, call, body) in steps {
        client.done(method.clone(), &format!("{AUTHORITIES}/{id}{call}"), body.clone()).await;
    }
    id
}

/// Calls for the authority `id`; `root` is active, and `csr` is anybody's.
async fn call(client: &Client<'_>, call: &str, id: &str, (root, csr): (&str, &str)) -> Answer {
    let path = format!("{AUTHORITIES}/{id}");
    let on = format!("{path}/{call}");
    match call {
        "activate" => {
            let body = json!({ "issuer_id": root, "signature_algorithm": "SHA256",
                               "validity": validity(1) });
            client.post(&on, body).await
        }
        "create a certificate" => client.post(CERTIFICATES, leaf(id, 1)).await,
        "create a certificate by CSR" => {
            let body = json!({ "issuer_id": id, "csr": csr, "type": "ENTITY_CERT",
                               "validity": validity(1) });
            client.post(&format!("{CERTIFICATES}/csr"), body).await
        }
        "create a subordinate" => client.post(AUTHORITIES, subordinate("Below", id, 1)).await,
        "crl/enable" => {
            client.post(&on, json!({ "obs_bucket_name": "cinnabar-crl", "valid_days": 7 })).await
        }
        "csr" => client.get(&on).await,
        "delete" => client.call(Method::DELETE, &path, None).await,
        "import" => {
            let export = format!("{AUTHORITIES}/{root}/export");
            let exported = client.call(Method::POST, &export, None).await;
            let certificate = exported.string("/certificate");
            client.post(&on, json!({ "certificate": certificate })).await
        }
        "ocsp/switch" => client.post(&on, json!({ "ocsp_switch": true })).await,
        "revoke" => client.post(&on, json!({})).await,
        _ => client.call(Method::POST, &on, None).await,
    }
}

/// A refusal for the status has one code and names the status; no other one has the code.
fn judge(answer: &Answer, allowed: bool, (call, status): (&str, &str)) {
    let for_its_status =
        answer.status.is_client_error() && answer.string("/error_code") == "PCA.00030201";
    assert_ne!(for_its_status, allowed, "{call}, {status}: {}", answer.text());
    if !allowed {
        assert_eq!(answer.status.as_u16(), 403, "{call}, {status}");
        let text = answer.string("/error_msg");
        assert!(text.contains(&format!("is {status};")), "{call}: {text}");
    }
    assert!(!answer.status.is_server_error(), "{call}, {status}: {}", answer.text());
}

#[tokio::test]
async fn each_call_on_an_authority_is_refused_in_every_wrong_status_by_its_name() {
    let server = TestServer::start().await;
    let client = Client::of(&server).await;
    let root = client.authority(root()).await;
    let mut expired = Vec::new();
    for _ in CALLS {
        expired.push(client.authority(subordinate("Sub", &root, 1)).await);
    }
    server.clock.advance(2 * 86_400);
    let client = Client::of(&server).await;
    let csr = foreign_csr(&client).await;

    for (name, allowed) in CALLS {
        for status in STATUSES {
            let id = match status {
                "EXPIRED" => expired.pop().unwrap(),
                status => authority_that_is(&client, status, &root).await,
            };
            let answer = call(&client, name, &id, (&root, &csr)).await;
            judge(&answer, allowed.contains(&status), (name, status));
        }
    }
}

#[tokio::test]
async fn each_call_on_a_certificate_is_refused_in_every_wrong_status_by_its_name() {
    let server = TestServer::start().await;
    let client = Client::of(&server).await;
    let root = client.authority(root()).await;
    let mut expired = Vec::new();
    for _ in CERTIFICATE_CALLS {
        expired.push(client.certificate(&root, 1).await);
    }
    server.clock.advance(2 * 86_400);
    let client = Client::of(&server).await;

    for (name, allowed) in CERTIFICATE_CALLS {
        for status in ["ISSUED", "REVOKED", "EXPIRED"] {
            let id = match status {
                "EXPIRED" => expired.pop().unwrap(),
                _ => client.certificate(&root, 100).await,
            };
            let path = format!("{CERTIFICATES}/{id}");
            if status == "REVOKED" {
                client.done(Method::POST, &format!("{path}/revoke"), Some(json!({}))).await;
            }
            let on = format!("{path}/{name}");
            let answer = match name {
                "delete" => client.call(Method::DELETE, &path, None).await,
                "export" => {
                    client.post(&on, json!({ "type": "OTHER", "is_compressed": false })).await
                }
                "revoke" => client.post(&on, json!({})).await,
                _ => client.post(&on, json!({ "tags": [{ "key": "k", "value": "v" }] })).await,
            };
            judge(&answer, allowed.contains(&status), (name, status));
        }
    }
}
