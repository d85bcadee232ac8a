//! `POST /v2/{project_id}/certmanager/private-certificate-authorities/csr`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::TestServer;

use super::{csr_as_json, example, path, with};
use crate::outside::printed;

#[tokio::test]
async fn the_pages_own_example_gives_a_file() {
    let server = TestServer::start().await;

    let answer = server.post(&path(&server.owner.project(), "csr"), example()).await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"api_test.csr\"");
    let pem = answer.text();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE REQUEST-----\n") && pem.ends_with("-----\n"));
    assert!(!pem.contains('\r'));
    let text = printed("req", &pem);
    let subject = "CN=api_test,OU=Workspace,O=Huawei,L=DongGuan,ST=GuangDong,C=CN";
    assert!(text.contains(subject), "{text}");
    assert!(text.contains("Public-Key: (3072 bit)"), "{text}");
    assert!(text.contains("sha256WithRSAEncryption"), "{text}");
}

#[tokio::test]
async fn who_asks_for_json_gets_it_and_the_same_request_again() {
    let server = TestServer::start().await;

    let file = server.post(&path(&server.owner.project(), "csr"), example()).await;
    let json = csr_as_json(&server, &server.owner.token, &example()).await;

    assert_eq!(json.json(), json!({ "csr": file.text(), "transaction_id": "string" }));
}

#[tokio::test]
async fn the_hash_is_honoured_and_may_be_left_out() {
    let server = TestServer::start().await;

    for (hash, printed_as) in
        [(json!(null), "sha256WithRSAEncryption"), (json!("SHA-512"), "sha512WithRSAEncryption")]
    {
        let body = with(example(), "/signature_algorithm", hash);
        let body = with(body, "/transaction_id", json!(printed_as));
        let answer = server.post(&path(&server.owner.project(), "csr"), body).await;
        assert!(printed("req", &answer.text()).contains(printed_as));
    }
}

#[tokio::test]
async fn another_request_under_the_same_transaction_conflicts() {
    let server = TestServer::start().await;
    let path = path(&server.owner.project(), "csr");
    server.post(&path, example()).await;

    let answer = server.post(&path, with(example(), "/key_algorithm", json!("RSA-2048"))).await;

    assert_eq!(answer.refusal(), "400 WKS.00030201");
}

#[tokio::test]
async fn a_project_has_three() {
    let server = TestServer::start().await;
    let path = path(&server.owner.project(), "csr");
    let body = |number: u8| {
        let body = with(example(), "/key_algorithm", json!("RSA-2048"));
        with(body, "/transaction_id", json!(format!("t{number}")))
    };
    for number in 0..3 {
        assert_eq!(server.post(&path, body(number)).await.status, StatusCode::OK);
    }

    assert_eq!(server.post(&path, body(3)).await.refusal(), "400 WKS.00030401");
    assert_eq!(server.post(&path, body(2)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn each_bad_parameter_is_named() {
    let server = TestServer::start().await;
    let mut cases: Vec<(String, Value)> = vec![
        ("distinguished_name".into(), json!(null)),
        ("distinguished_name".into(), json!([])),
        ("distinguished_name.country".into(), json!("cn")),
        ("distinguished_name.country".into(), json!("CHN")),
        ("distinguished_name.common_name".into(), json!("a\u{0}")),
        ("distinguished_name.common_name".into(), json!("a".repeat(65))),
        ("distinguished_name.state".into(), json!("a".repeat(129))),
        ("key_algorithm".into(), json!(null)),
        ("key_algorithm".into(), json!("RSA-4096")),
        ("signature_algorithm".into(), json!("SHA-1")),
        ("transaction_id".into(), json!(null)),
        ("transaction_id".into(), json!("")),
        ("transaction_id".into(), json!("a b")),
        ("transaction_id".into(), json!("a".repeat(65))),
    ];
    for part in
        ["common_name", "country", "state", "locality", "organization", "organizational_unit"]
    {
        for value in [json!(null), json!(""), json!(7)] {
            cases.push((format!("distinguished_name.{part}"), value));
        }
    }

    for (field, value) in cases {
        let pointer = format!("/{}", field.replace('.', "/"));
        let body = with(example(), &pointer, value.clone());
        let answer = server.post(&path(&server.owner.project(), "csr"), body).await;

        assert_eq!(answer.refusal(), "400 WKS.00020001", "{field} {value}: {}", answer.text());
        assert!(answer.string("/error_msg").contains(&field), "{}", answer.text());
        assert_eq!(answer.string("/error_detail"), field);
    }
}

#[tokio::test]
async fn the_project_must_be_ones_own() {
    let server = TestServer::start().await;
    let other = server.account("other").await;

    for project in [other.project(), "x".to_owned(), "0".repeat(32)] {
        let answer = server.post(&path(&project, "csr"), example()).await;
        assert_eq!(answer.refusal(), "403 APIGW.0302", "{project}");
    }
    assert!(server.audit().await.contains(&"authorize Refused".to_owned()));
}

#[tokio::test]
async fn a_path_that_the_client_did_not_fill_in_says_so() {
    let server = TestServer::start().await;

    let answer = server.post(&path("%7Bproject_id%7D", "csr"), example()).await;

    assert_eq!(answer.refusal(), "400 WKS.00020001");
    assert_eq!(answer.string("/error_detail"), "project_id");
}

#[tokio::test]
async fn a_token_for_the_account_is_not_good_for_a_project() {
    let server = TestServer::start().await;
    let path = path(&server.owner.project(), "csr");

    let answer =
        server.call(&server.owner.domain_token, Method::POST, &path, Some(example())).await;

    assert_eq!(answer.refusal(), "403 APIGW.0302");
    assert!(answer.string("/error_msg").contains("workspace:ca:exportCsr"), "{}", answer.text());
    assert_eq!(answer.string("/request_id"), answer.header("x-request-id"));
    assert!(server.audit().await.contains(&"authorize Refused".to_owned()));
}
