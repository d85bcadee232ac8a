//! `POST /v1/private-certificate-authorities/{ca_id}/import`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{Answer, TestScope, TestServer};

use super::{PATH, pending};
use crate::outside::{Made, Outside};

/// A pending authority, an outside world, and a token that is good at the real time.
struct Scene {
    server: TestServer,
    outside: Outside,
    token: String,
    id: String,
    csr: String,
}

impl Scene {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let outside = Outside::new(&server);
        let token = server.token(&server.owner, TestScope::Domain).await;
        let (id, csr) = (String::new(), String::new());
        let mut scene = Self { server, outside, token, id, csr };
        scene.id = scene.call(Method::POST, PATH, Some(pending("Sub"))).await.string("/ca_id");
        scene.csr = scene.on("/csr", None).await.string("/csr");
        scene
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.server.call(&self.token, method, path, body).await
    }

    /// One of the calls on the authority: a GET without a body, a POST with one.
    async fn on(&self, call: &str, body: Option<Value>) -> Answer {
        let method = if body.is_some() { Method::POST } else { Method::GET };
        self.call(method, &format!("{PATH}/{}{call}", self.id), body).await
    }

    async fn import(&self, body: Value) -> Answer {
        self.on("/import", Some(body)).await
    }
}

#[tokio::test]
async fn completes_the_authority_with_its_chain() {
    let scene = Scene::new().await;
    let certificate = scene.outside.sign(&scene.csr, Made::Authority);
    let root = scene.outside.root();

    let answer =
        scene.import(json!({ "certificate": certificate, "certificate_chain": root })).await;

    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
    let shown = scene.on("", None).await.json();
    assert_eq!(shown["status"], "ACTIVED");
    assert_eq!(shown["gen_mode"], "IMPORT");
    assert_eq!(shown["issuer_id"], Value::Null);
    assert_eq!(shown["issuer_name"], "Outside Root");
    let exported = scene.on("/export", Some(json!({}))).await;
    let crlf = |pem: &str| pem.trim_end().replace('\n', "\r\n");
    assert_eq!(exported.string("/certificate"), crlf(&certificate));
    assert_eq!(exported.string("/certificate_chain"), crlf(&root));
}

#[tokio::test]
async fn works_once_and_without_a_chain() {
    let scene = Scene::new().await;
    let certificate = scene.outside.sign(&scene.csr, Made::Authority);
    let body = json!({ "certificate": certificate.replace('\n', "\r\n"), "certificate_chain": "" });

    let (first, second) = (scene.import(body.clone()).await, scene.import(body).await);

    assert_eq!(first.status, StatusCode::NO_CONTENT, "{}", first.text());
    assert_eq!(second.refusal(), "403 PCA.00030201");
}

#[tokio::test]
async fn a_certificate_for_another_key_does_not_match() {
    let scene = Scene::new().await;
    let (csr, _) = scene
        .outside
        .request("/CN=Sub", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    let certificate = scene.outside.sign(&csr, Made::Authority);

    let answer = scene.import(json!({ "certificate": certificate })).await;

    assert_eq!(answer.refusal(), "403 PCA.00030301");
}

#[tokio::test]
async fn what_is_no_certificate_of_an_authority_is_refused_and_it_goes_on_waiting() {
    let scene = Scene::new().await;
    let good = scene.outside.sign(&scene.csr, Made::Authority);
    let leaf = scene.outside.sign(&scene.csr, Made::Leaf);
    let stranger = Outside::new(&scene.server).root();

    for (field, body) in [
        ("certificate", json!({})),
        ("certificate", json!({ "certificate": "" })),
        ("certificate", json!({ "certificate": 7 })),
        ("certificate", json!({ "certificate": "x" })),
        ("certificate", json!({ "certificate": scene.csr })),
        ("certificate", json!({ "certificate": leaf })),
        ("certificate", json!({ "certificate": "x".repeat(32_769) })),
        ("certificate_chain", json!({ "certificate": good, "certificate_chain": "x" })),
        ("certificate_chain", json!({ "certificate": good, "certificate_chain": stranger })),
        (
            "certificate_chain",
            json!({ "certificate": good, "certificate_chain": "x".repeat(2_097_153) }),
        ),
    ] {
        let answer = scene.import(body).await;
        assert_eq!(answer.refusal(), "400 PCA.00020001", "{field}: {}", answer.text());
        assert!(answer.string("/error_msg").contains(field), "{field}: {}", answer.text());
    }
    assert_eq!(scene.on("", None).await.string("/status"), "PENDING");
}
