//! `POST /v2/{project_id}/certmanager/private-certificate-authorities/{cert_id}/export`

use axum::http::{Method, StatusCode};
use serde_json::json;
use testkit::{TestScope, TestServer};

use super::{NOBODY, created, csr_as_json, example, root_path, with};
use crate::outside::{Made, Outside};

#[tokio::test]
async fn a_root_is_a_file_with_its_certificate() {
    let server = TestServer::start().await;
    let id = created(&server).await;
    let path = format!("{}/{id}", root_path(&server));

    let export = format!("{path}/export");
    let answer = server.call(&server.owner.token, Method::POST, &export, None).await;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"Desktop_Root.pem\"");
    assert_eq!(answer.text(), server.get(&path).await.string("/pem_code"));
}

#[tokio::test]
async fn the_chain_comes_after_an_imported_certificate() {
    let server = TestServer::start().await;
    let outside = Outside::new(&server);
    let token = server.token(&server.owner, TestScope::Project).await;
    let csr = csr_as_json(&server, &token, &example()).await.string("/csr");
    let made = outside.sign(&csr, Made::Authority);
    let body = with(example(), "/pem_code", json!(format!("{made}{}", outside.root())));
    let import = format!("{}/import", root_path(&server));
    let answer = server.call(&token, Method::POST, &import, Some(body)).await;
    let path = format!("{}/{}", root_path(&server), answer.header("x-cert-id"));
    let disable = format!("{path}/status/disable");
    server.call(&token, Method::POST, &disable, None).await;

    let exported = server.call(&token, Method::POST, &format!("{path}/export"), None).await;

    assert_eq!(exported.text(), format!("{made}{}", outside.root()));
    assert_eq!(exported.header("content-disposition"), "attachment; filename=\"api_test.pem\"");
}

#[tokio::test]
async fn an_expired_one_is_exported_too() {
    let server = TestServer::start().await;
    let id = created(&server).await;
    server.clock.advance(11 * 366 * 86_400);
    let token = server.token(&server.owner, TestScope::Project).await;

    let path = format!("{}/{id}/export", root_path(&server));
    let answer = server.call(&token, Method::POST, &path, None).await;

    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_missing_or_malformed_is_not_found() {
    let server = TestServer::start().await;

    for id in [NOBODY, "x", "import", "%ff"] {
        let path = format!("{}/{id}/export", root_path(&server));
        let answer = server.call(&server.owner.token, Method::POST, &path, None).await;
        assert_eq!(answer.refusal(), "404 WKS.00030102", "{id}");
    }
}
