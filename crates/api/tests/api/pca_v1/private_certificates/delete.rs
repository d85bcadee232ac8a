//! `DELETE /v1/private-certificates/{certificate_id}`

use axum::http::StatusCode;
use pki::{Certificates, Objects};
use serde_json::json;
use testkit::TestServer;

use super::{certificate, created, delete, plain, revoke, root, shown, told, with};

#[tokio::test]
async fn a_certificate_of_any_status_is_gone_at_once() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let hour = with(plain(&root), "/validity", json!({ "type": "HOUR", "value": 1 }));
    let issued = created(&server, plain(&root)).await;
    let revoked = created(&server, plain(&root)).await;
    let expired = created(&server, hour).await;
    revoke(&server, &revoked, json!({})).await;
    server.clock.advance(3600);

    for (id, was) in [(issued, "ISSUED"), (revoked, "REVOKED"), (expired, "EXPIRED")] {
        assert_eq!(shown(&server, &id).await.string("/status"), was);
        let answer = delete(&server, &id).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0), "{was}");
        assert_eq!(shown(&server, &id).await.refusal(), "404 PCA.10010002");
        assert_eq!(delete(&server, &id).await.refusal(), "404 PCA.10010002");
        assert_eq!(told(&server, "delete_certificate", &id).await, format!("it was {was}"));
    }
}

#[tokio::test]
async fn what_was_issued_and_revoked_stays_recorded() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let id = created(&server, plain(&root)).await;
    let serial = certificate(&server, &id).await.serial().clone();
    revoke(&server, &id, json!({ "reason": "SUPERSEDED" })).await;

    delete(&server, &id).await;

    let issuer = root.parse().unwrap();
    assert!(server.database.is_issued(issuer, &serial).await.unwrap());
    assert!(server.database.is_revoked(issuer, &serial).await.unwrap());
}

#[tokio::test]
async fn gives_its_place_in_the_quota_back() {
    let rules = pki::Settings { certificate_quota: Some(1), ..pki::Settings::default() };
    let server = TestServer::start_with(api::Settings::default(), rules).await;
    let root = root(&server).await;
    let id = created(&server, plain(&root)).await;
    let full = server.post(super::PATH, plain(&root)).await;
    assert_eq!(full.refusal(), "403 PCA.00030401", "{}", full.text());

    delete(&server, &id).await;

    created(&server, plain(&root)).await;
}
