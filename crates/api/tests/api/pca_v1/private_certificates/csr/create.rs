//! `POST /v1/private-certificates/csr`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::TestServer;
use x509::{GeneralName, oid};

use super::super::{AUTHORITIES, PATH, authority, certificate, root, shown, with};
use super::{Key, P256, RSA, SM2, request};

fn body(issuer: &str, csr: &str) -> Value {
    json!({ "issuer_id": issuer, "csr": csr, "validity": { "type": "YEAR", "value": 1 } })
}

async fn post(server: &TestServer, body: Value) -> testkit::Answer {
    server.post(&format!("{PATH}/csr"), body).await
}

#[tokio::test]
async fn a_leaf_has_what_its_request_may_ask_for() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let csr = request(
        "/C=DE/O=Example/CN=a.example/emailAddress=a@a.example",
        P256,
        &[
            "subjectAltName=DNS:a.example,IP:192.0.2.1",
            "extendedKeyUsage=serverAuth,OCSPSigning",
            "basicConstraints=critical,CA:TRUE",
        ],
    );
    // Names beside the request are reserved and ignored.
    let names = json!([{ "type": "DNS", "value": "other.example" }]);
    let body = with(body(&root, &csr), "/subject_alternative_names", names);

    let answer = post(&server, body).await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let id = answer.string("/certificate_id");
    assert_eq!(answer.json(), json!({ "certificate_id": id }));
    let certificate = certificate(&server, &id).await;
    assert_eq!(
        certificate.subject_alt_names(),
        [GeneralName::Dns("a.example".to_owned()), GeneralName::Ip("192.0.2.1".parse().unwrap())]
    );
    assert_eq!(certificate.extended_key_usage().unwrap().purposes, [oid::SERVER_AUTH]);
    assert!(!certificate.is_ca());
    let names: Vec<_> = certificate.key_usage().unwrap().names().collect();
    assert_eq!(names, ["digitalSignature", "keyAgreement"]);
    let shown = shown(&server, &id).await.json();
    assert_eq!(
        (&shown["gen_mode"], &shown["signature_algorithm"]),
        (&json!("CSR"), &json!("SHA384"))
    );
    let parts = json!({ "common_name": "a.example", "country": "DE", "state": "", "locality": "",
                        "organization": "Example", "organizational_unit": "" });
    assert_eq!(shown["distinguished_name"], parts);
}

#[tokio::test]
async fn both_line_ends_and_an_rsa_key_are_fine() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let longer = Key { option: "rsa_keygen_bits:3072", ..RSA };
    for (key, shown_key) in [(RSA, "RSA2048"), (longer, "RSA3072")] {
        let csr = request("/CN=a", key, &[]).replace('\n', "\r\n");

        let id = post(&server, body(&root, &csr)).await.string("/certificate_id");

        let names: Vec<_> = certificate(&server, &id).await.key_usage().unwrap().names().collect();
        assert_eq!(names, ["digitalSignature", "keyEncipherment"]);
        assert_eq!(shown(&server, &id).await.string("/key_algorithm"), shown_key);
    }
}

#[tokio::test]
async fn an_sm2_request_of_openssl_gets_a_pair() {
    let server = TestServer::start().await;
    let root = authority(&server, "SM2", "SM3").await;
    let answer = post(&server, body(&root, &request("/CN=a", SM2, &[]))).await;

    let shown = shown(&server, &answer.string("/certificate_id")).await;
    assert_eq!(shown.string("/key_algorithm"), "SM2");
    assert_eq!(shown.string("/enc_cert_info/enc_serial_number").len(), 40);
}

#[tokio::test]
async fn an_intermediate_authority_is_a_ca_that_is_shown_and_exported_alone() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let body = body(&root, &request("/CN=Elsewhere", P256, &[]));
    let body = with(body, "/type", json!("INTERMEDIATE_CA"));
    let body = with(body, "/path_length", json!(2));

    let id = post(&server, body).await.string("/certificate_id");

    let path = format!("{AUTHORITIES}/{id}");
    let shown = server.get(&path).await.json();
    assert_eq!(shown["ca_id"], id);
    assert_eq!((&shown["status"], &shown["gen_mode"]), (&json!("ACTIVED"), &json!("CSR")));
    assert_eq!((&shown["path_length"], &shown["issuer_id"]), (&json!(2), &json!(root)));
    let export = format!("{path}/export");
    let export = server.call(&server.owner.token, Method::POST, &export, None).await;
    assert!(export.string("/certificate_chain").contains("BEGIN CERTIFICATE"));
    let list = server.get(AUTHORITIES).await.json();
    assert_eq!(list["total"], 1);
    let quota = server.get(&format!("{AUTHORITIES}/quotas")).await.json();
    assert_eq!(quota["quotas"]["resources"][0]["used"], 1);
    assert_eq!(server.get(&format!("{PATH}/{id}")).await.refusal(), "404 PCA.10010002");
    for call in ["disable", "enable", "restore"] {
        let path = format!("{path}/{call}");
        let answer = server.call(&server.owner.token, Method::POST, &path, None).await;
        assert_eq!(answer.refusal(), "404 PCA.10010002", "{call}");
    }
    let tags = server.get(&format!("{path}/tags")).await;
    assert_eq!(tags.refusal(), "404 PCA.10010002");
    let below = server.post(PATH, super::super::plain(&id)).await;
    assert_eq!(below.refusal(), "404 PCA.10010002");

    let revoked = server.post(&format!("{path}/revoke"), json!({})).await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT, "{}", revoked.text());
    assert_eq!(server.get(&path).await.string("/status"), "REVOKED");
    let deleted = server.call(&server.owner.token, Method::DELETE, &path, None).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT, "{}", deleted.text());
    assert_eq!(server.get(&path).await.refusal(), "404 PCA.10010002");
}

#[tokio::test]
async fn a_bad_value_is_refused_with_the_code_of_its_field() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let csr = request("/CN=a", P256, &[]);
    let nameless = request("/", P256, &[]);
    let weak = request("/CN=a", Key { option: "rsa_keygen_bits:1024", ..RSA }, &[]);
    let only = request("/CN=a", P256, &["keyUsage=encipherOnly"]);
    let long = request("/CN=a/OU=b", P256, &["subjectAltName=DNS:a.example"]);
    let sm2 = request("/CN=a", SM2, &[]);
    let too_long = format!("{}{long}", "x".repeat(5120));
    let mut broken: Vec<char> = csr.chars().collect();
    let at = broken.len() - 50;
    broken[at] = if broken[at] == 'A' { 'B' } else { 'A' };
    let broken: String = broken.into_iter().collect();

    for (pointer, value, code) in [
        ("/csr", json!(null), "400 PCA.00020302"),
        ("/csr", json!(""), "400 PCA.00020302"),
        ("/csr", json!("x"), "400 PCA.00020302"),
        ("/csr", json!(too_long), "400 PCA.00020302"),
        ("/csr", json!(nameless), "400 PCA.00020302"),
        ("/csr", json!(weak), "400 PCA.00020302"),
        ("/csr", json!(only), "400 PCA.00020302"),
        ("/csr", json!(broken), "400 PCA.00020302"),
        ("/csr", json!(sm2), "400 PCA.00020304"),
        ("/issuer_id", json!("x"), "400 PCA.00020201"),
        ("/validity/value", json!(21), "400 PCA.00020109"),
        ("/type", json!("LEAF"), "400 PCA.00020202"),
        ("/path_length", json!(7), "400 PCA.00020203"),
        ("/enterprise_project_id", json!("all"), "400 PCA.00020001"),
    ] {
        let answer = post(&server, with(body(&root, &csr), pointer, value)).await;
        assert_eq!(answer.refusal(), code, "{pointer}: {}", answer.text());
    }
}

#[tokio::test]
async fn the_key_of_an_authority_gets_no_other_certificate() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let name = json!({ "common_name": "Sub", "country": "CN", "state": "S", "locality": "L",
                       "organization": "O", "organizational_unit": "U" });
    let pending = json!({ "type": "SUBORDINATE", "distinguished_name": name,
                          "key_algorithm": "EC256" });
    let pending = server.post(AUTHORITIES, pending).await.string("/ca_id");
    let csr = server.get(&format!("{AUTHORITIES}/{pending}/csr")).await.string("/csr");

    let answer = post(&server, body(&root, &csr)).await;

    assert_eq!(answer.refusal(), "400 PCA.00020302");
    assert!(answer.text().contains("key of a certificate authority"), "{}", answer.text());
}
