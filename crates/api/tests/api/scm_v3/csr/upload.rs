//! `POST /v3/scm/csr/upload`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{Answer, TestScope, TestServer};

use crate::outside::Outside;

const P256: [&str; 4] = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];

/// The server, an outside world, and a token that is good at the real time.
struct Scene {
    server: TestServer,
    outside: Outside,
    token: String,
}

impl Scene {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let outside = Outside::new(&server);
        let token = server.token(&server.owner, TestScope::Domain).await;
        Self { server, outside, token }
    }

    async fn upload(&self, body: Value) -> Answer {
        self.server.call(&self.token, Method::POST, "/v3/scm/csr/upload", Some(body)).await
    }

    async fn show(&self, id: &str) -> Answer {
        self.server.call(&self.token, Method::GET, &format!("/v3/scm/csr/{id}"), None).await
    }
}

#[tokio::test]
async fn registers_a_request_and_reads_what_is_in_it() {
    let scene = Scene::new().await;
    let (csr, key) = scene.outside.request("/C=DE/O=Them/CN=a.example", &P256);

    let answer = scene.upload(json!({ "name": "up", "csr": csr, "private_key": key })).await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let mut members: Vec<String> = answer.json().as_object().unwrap().keys().cloned().collect();
    members.sort();
    assert_eq!(members, ["create_time", "id", "name"]);
    let id = answer.string("/id");
    let shown = scene.show(&id).await;
    assert_eq!(shown.string("/domain_name"), "a.example");
    assert_eq!(shown.string("/sans"), "b.example");
    assert_eq!(shown.string("/private_key_algo"), "EC_P256");
    assert_eq!(shown.string("/usage"), "ENTERPRISE");
    assert_eq!(shown.string("/company_name"), "Them");
    assert_eq!(shown.string("/csr"), csr);
    let path = format!("/v3/scm/csr/{id}/private-key");
    let returned = scene.server.call(&scene.token, Method::GET, &path, None).await;
    assert_eq!(returned.string("/private_key"), key);
}

#[tokio::test]
async fn takes_crlf_blank_lines_and_text_around_the_pem() {
    let scene = Scene::new().await;
    let (csr, _) = scene.outside.request("/CN=a.example", &P256);
    let around = format!("Hello\r\n\r\n{}\r\n\r\nbye", csr.replace('\n', "\r\n"));

    let answer = scene.upload(json!({ "name": "up", "csr": around, "private_key": "" })).await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(scene.show(&answer.string("/id")).await.string("/csr"), csr);
}

#[tokio::test]
async fn a_key_of_another_request_does_not_match() {
    let scene = Scene::new().await;
    let (csr, _) = scene.outside.request("/CN=a.example", &P256);
    let (_, key) = scene.outside.request("/CN=a.example", &P256);

    let answer = scene.upload(json!({ "name": "up", "csr": csr, "private_key": key })).await;

    assert_eq!(answer.refusal(), "400 SCM.0014");
}

#[tokio::test]
async fn a_key_that_cannot_be_read_is_refused() {
    let scene = Scene::new().await;
    let (csr, key) = scene.outside.request("/CN=a.example", &P256);
    let broken = key.replace('M', "!");

    for key in ["key", broken.as_str(), csr.as_str()] {
        let answer = scene.upload(json!({ "name": "up", "csr": csr, "private_key": key })).await;
        assert_eq!(answer.refusal(), "400 SCM.0012", "{key}");
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_read_is_refused() {
    let scene = Scene::new().await;
    let (csr, key) = scene.outside.request("/CN=a.example", &P256);
    let (other, _) = scene.outside.request("/CN=a.example", &["-algorithm", "ED25519"]);
    let two = format!("{csr}{csr}");
    let unsigned = flipped(&csr);

    for pem in ["csr", "-----BEGIN CERTIFICATE REQUEST-----", &key, &other, &two, &unsigned] {
        let answer = scene.upload(json!({ "name": "up", "csr": pem })).await;
        assert_eq!(answer.refusal(), "400 SCM.0005", "{pem}: {}", answer.text());
        assert!(answer.string("/error_msg").contains("csr"), "{}", answer.text());
    }
}

/// A PEM text with one character of its last full line changed: that of the signature.
fn flipped(pem: &str) -> String {
    let mut lines: Vec<String> = pem.lines().map(str::to_owned).collect();
    let place = lines.len() - 3;
    let line = &mut lines[place];
    let other = if line.contains('A') { ('A', "B") } else { ('B', "A") };
    let middle = line.replacen(other.0, other.1, 1);
    let middle = if middle == *line { format!("C{}", &line[1..]) } else { middle };
    *line = middle;
    lines.join("\n")
}

#[tokio::test]
async fn fields_are_checked_and_named() {
    let scene = Scene::new().await;
    let (csr, _) = scene.outside.request("/CN=a.example", &P256);

    for (field, body) in [
        ("name", json!({ "csr": csr })),
        ("name", json!({ "name": "a".repeat(64), "csr": csr })),
        ("name", json!({ "name": "", "csr": csr })),
        ("csr", json!({ "name": "a" })),
        ("csr", json!({ "name": "a", "csr": "a".repeat(5121) })),
        ("csr", json!({ "name": "a", "csr": 7 })),
        ("private_key", json!({ "name": "a", "csr": csr, "private_key": "a".repeat(8193) })),
        ("private_key", json!({ "name": "a", "csr": csr, "private_key": 7 })),
    ] {
        let answer = scene.upload(body).await;
        assert_eq!(answer.refusal(), "400 SCM.0005", "{field}");
        assert!(answer.string("/error_msg").contains(field), "{}", answer.text());
    }
}
