//! `GET /v1/private-certificate-authorities/{ca_id}/csr`

use axum::http::StatusCode;
use testkit::TestServer;

use super::{PATH, created, pending, root};
use crate::outside::printed;

#[tokio::test]
async fn gives_the_same_request_each_time_with_crlf() {
    let server = TestServer::start().await;
    let id = created(&server, pending("Sub")).await;

    let one = server.get(&format!("{PATH}/{id}/csr")).await;
    let two = server.get(&format!("{PATH}/{id}/csr")).await;

    assert_eq!(one.status, StatusCode::OK);
    assert_eq!(one.text(), two.text());
    let pem = one.string("/csr");
    assert!(pem.starts_with("-----BEGIN CERTIFICATE REQUEST-----\r\n"), "{pem:?}");
    assert!(pem.ends_with("\r\n-----END CERTIFICATE REQUEST-----"), "{pem:?}");
    assert_eq!(pem.matches('\n').count(), pem.matches("\r\n").count());
    let text = printed("req", &pem);
    assert!(
        text.contains("OU=Unit,O=Org,L=\\E6\\88\\90\\E9\\83\\BD,ST=Sichuan,C=cn,CN=Sub"),
        "{text}"
    );
    assert!(text.contains("Public-Key: (384 bit)"), "{text}");
}

#[tokio::test]
async fn one_that_has_its_certificate_has_no_request_to_give() {
    let server = TestServer::start().await;
    let id = created(&server, root("Root")).await;

    let answer = server.get(&format!("{PATH}/{id}/csr")).await;

    assert_eq!(answer.refusal(), "403 PCA.00030201");
    assert!(answer.string("/error_msg").contains("ACTIVED"), "{}", answer.text());
}
