//! `POST /v2/{project_id}/certmanager/private-certificate-authorities/import`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{Answer, TestScope, TestServer};

use super::{csr_as_json, example, path, with};
use crate::outside::{Made, Outside};

/// A transaction that waits, an outside world, and a token that is good at the real time.
struct Scene {
    server: TestServer,
    outside: Outside,
    token: String,
    csr: String,
}

impl Scene {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let outside = Outside::new(&server);
        let token = server.token(&server.owner, TestScope::Project).await;
        let csr = csr_as_json(&server, &token, &example()).await.string("/csr");
        Self { server, outside, token, csr }
    }

    /// The call that completes the transaction with `pem`.
    fn body(pem: &str) -> Value {
        let body = with(example(), "/pem_code", json!(pem));
        with(body, "/crl_configuration", json!({ "enable": false, "valid_day": 7 }))
    }

    async fn import(&self, body: Value) -> Answer {
        let path = path(&self.server.owner.project(), "import");
        self.server.call(&self.token, Method::POST, &path, Some(body)).await
    }
}

#[tokio::test]
async fn completes_a_transaction_once() {
    let scene = Scene::new().await;
    let made = scene.outside.sign(&scene.csr, Made::Authority);
    let pem = format!("{made}{}", scene.outside.root());

    let first = scene.import(Scene::body(&pem)).await;
    let second = scene.import(Scene::body(&pem)).await;
    let again = csr_as_json(&scene.server, &scene.token, &example()).await;

    assert_eq!((first.status, first.body.len()), (StatusCode::OK, 0), "{}", first.text());
    assert_eq!(second.refusal(), "400 WKS.00030201");
    assert_eq!(again.refusal(), "400 WKS.00030201");
}

#[tokio::test]
async fn takes_line_ends_written_out() {
    let scene = Scene::new().await;
    let made = scene.outside.sign(&scene.csr, Made::Authority).replace('\n', "\\n");

    let answer = scene.import(with(Scene::body(&made), "/crl_configuration", json!(null))).await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
}

#[tokio::test]
async fn a_transaction_that_nobody_started_is_not_found() {
    let scene = Scene::new().await;
    let made = scene.outside.sign(&scene.csr, Made::Authority);

    let answer = scene.import(with(Scene::body(&made), "/transaction_id", json!("other"))).await;

    assert_eq!(answer.refusal(), "404 WKS.00030102");
}

#[tokio::test]
async fn what_does_not_fit_the_transaction_leaves_it_waiting() {
    let scene = Scene::new().await;
    let made = scene.outside.sign(&scene.csr, Made::Authority);
    let leaf = scene.outside.sign(&scene.csr, Made::Leaf);
    let (csr, _) = scene
        .outside
        .request("/CN=Sub", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    let other_key = scene.outside.sign(&csr, Made::Authority);

    for (pointer, value, refusal) in [
        ("/distinguished_name/locality", json!("Elsewhere"), "400 WKS.00020001"),
        ("/key_algorithm", json!("RSA-2048"), "400 WKS.00020001"),
        ("/pem_code", json!(null), "400 WKS.00020001"),
        ("/pem_code", json!("x"), "400 WKS.00020001"),
        ("/pem_code", json!(leaf), "400 WKS.00020001"),
        ("/pem_code", json!(other_key), "400 WKS.00030301"),
        ("/pem_code", json!("x".repeat(2_097_153)), "400 WKS.00020001"),
        ("/crl_configuration", json!({ "enable": true }), "400 WKS.00020001"),
        ("/crl_configuration", json!({ "type": "SYSTEM", "valid_day": 7 }), "400 WKS.00020001"),
        ("/crl_configuration", json!({ "enable": "no" }), "400 WKS.00020001"),
    ] {
        let answer = scene.import(with(Scene::body(&made), pointer, value)).await;
        assert_eq!(answer.refusal(), refusal, "{pointer}: {}", answer.text());
    }
    assert_eq!(scene.import(Scene::body(&made)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_its_crl_is_to_be_is_kept() {
    let scene = Scene::new().await;
    let made = scene.outside.sign(&scene.csr, Made::Authority);
    let configuration = json!({ "enable": true, "type": "CUSTOMIZE", "valid_day": 30,
                                "crl_url": "http://crl.example/desktop.crl" });

    let body = with(Scene::body(&made), "/crl_configuration", configuration.clone());
    let answer = scene.import(body).await;

    let path = path(&scene.server.owner.project(), answer.header("x-cert-id"));
    let shown = scene.server.call(&scene.token, Method::GET, &path, None).await;
    assert_eq!(shown.json()["crl_configuration"], configuration);
    let crl = scene.server.call(&scene.token, Method::POST, &format!("{path}/crl"), None).await;
    assert_eq!(crl.status, StatusCode::OK, "{}", crl.text());
}
