//! `GET /v2/{project_id}/certmanager/private-certificate-authorities/{cert_id}`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::TestServer;

use super::{NOBODY, created, csr_as_json, example, root_path, with};
use crate::outside::{Made, Outside};

#[tokio::test]
async fn shows_a_root_with_what_its_crl_is_to_be() {
    let server = TestServer::start().await;
    let id = created(&server).await;

    let answer = server.get(&format!("{}/{id}", root_path(&server))).await;

    assert_eq!(answer.status, StatusCode::OK);
    let mut shown = answer.json();
    let pem = shown["pem_code"].take();
    assert!(pem.as_str().unwrap().starts_with("-----BEGIN CERTIFICATE-----\n"), "{pem}");
    let serial = shown["serial_number"].take();
    assert_eq!(serial.as_str().map(str::len), Some(40));
    assert_eq!(
        shown,
        json!({
            "cert_id": id, "serial_number": null, "type": "ROOT", "pem_code": null,
            "distinguished_name": { "common_name": "Desktop Root", "country": "CN",
                "state": "GuangDong", "locality": "DongGuan", "organization": "Huawei",
                "organizational_unit": "Workspace" },
            "key_algorithm": "RSA-2048", "signature_algorithm": "SHA-512",
            "not_before": "2026-05-28T20:25:40Z", "not_after": "2036-05-28T20:26:40Z",
            "status": "ENABLE", "issuer_name": "Desktop Root",
            "crl_configuration": { "enable": true, "type": "SYSTEM", "valid_day": 7 },
        })
    );
}

#[tokio::test]
async fn shows_who_signed_an_imported_one() {
    let server = TestServer::start().await;
    let outside = Outside::new(&server);
    let token = server.token(&server.owner, testkit::TestScope::Project).await;
    let csr = csr_as_json(&server, &token, &example()).await.string("/csr");
    let made = outside.sign(&csr, Made::Authority);
    let body = with(example(), "/pem_code", json!(format!("{made}{}", outside.root())));
    let import = format!("{}/import", root_path(&server));
    let answer = server.call(&token, Method::POST, &import, Some(body)).await;

    let path = format!("{}/{}", root_path(&server), answer.header("x-cert-id"));
    let shown = server.call(&token, Method::GET, &path, None).await;

    assert_eq!(shown.string("/type"), "SUBORDINATE", "{}", shown.text());
    assert_eq!(shown.string("/issuer_name"), "Outside Root");
    assert_eq!(shown.string("/pem_code"), made);
    assert_eq!(shown.json()["crl_configuration"], Value::Null);
}

#[tokio::test]
async fn what_is_missing_malformed_or_anothers_is_not_found() {
    let server = TestServer::start().await;
    let id = created(&server).await;
    let private = server
        .post(
            "/v1/private-certificate-authorities",
            json!({ "type": "ROOT", "key_algorithm": "EC256", "signature_algorithm": "SHA256",
                    "distinguished_name": { "common_name": "a", "country": "CN", "state": "b",
                        "locality": "c", "organization": "d", "organizational_unit": "e" },
                    "validity": { "type": "YEAR", "value": 1 } }),
        )
        .await
        .string("/ca_id");
    assert!(!private.is_empty());

    for id in [NOBODY, "x", &id.to_uppercase(), &private, "string", "%00", "%ff", "..%2f.."] {
        let answer = server.get(&format!("{}/{id}", root_path(&server))).await;
        assert_eq!(answer.refusal(), "404 WKS.00030102", "{id}");
    }
    let path = format!("/v1/private-certificate-authorities/{id}");
    assert_eq!(server.get(&path).await.refusal(), "404 PCA.10010002");
    let other = server.account("other").await;
    let theirs = root_path(&server).replace(&server.owner.project(), &other.project());
    let answer = server.call(&other.token, Method::GET, &format!("{theirs}/{id}"), None).await;
    assert_eq!(answer.refusal(), "404 WKS.00030102");
}
