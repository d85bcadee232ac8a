//! `POST /v1/private-certificates/{certificate_id}/revoke`

use axum::http::{Method, StatusCode};
use ledger::Clock;
use pki::{Authorities, RevocationReason};
use serde_json::json;
use testkit::TestServer;

use super::{AUTHORITIES, PATH, authority, created, plain, revoke, root, shown, told, with};

#[tokio::test]
async fn is_told_to_the_issuer_with_its_reason() {
    let server = TestServer::start().await;
    let root = root(&server).await;

    for (number, (body, reason)) in [
        (json!({}), RevocationReason::Unspecified),
        (json!({ "reason": null }), RevocationReason::Unspecified),
        (json!({ "reason": "" }), RevocationReason::Unspecified),
        (json!({ "reason": "UNSPECIFIED" }), RevocationReason::Unspecified),
        (json!({ "reason": "KEY_COMPROMISE" }), RevocationReason::KeyCompromise),
        (
            json!({ "reason": "CERTIFICATE_AUTHORITY_COMPROMISE" }),
            RevocationReason::AuthorityCompromise,
        ),
        (json!({ "reason": "AFFILIATION_CHANGED" }), RevocationReason::AffiliationChanged),
        (json!({ "reason": "SUPERSEDED" }), RevocationReason::Superseded),
        (json!({ "reason": "CESSATION_OF_OPERATION" }), RevocationReason::CessationOfOperation),
        (json!({ "reason": "CERTIFICATE_HOLD" }), RevocationReason::CertificateHold),
        (json!({ "reason": "PRIVILEGE_WITHDRAWN" }), RevocationReason::PrivilegeWithdrawn),
        (
            json!({ "reason": "ATTRIBUTE_AUTHORITY_COMPROMISE" }),
            RevocationReason::AttributeAuthorityCompromise,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let id = created(&server, plain(&root)).await;

        let answer = revoke(&server, &id, body).await;

        assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
        let answer = shown(&server, &id).await;
        assert_eq!(answer.string("/status"), "REVOKED");
        let serial = answer.string("/serial_number");
        let revoked = server.database.revocations(root.parse().unwrap(), None, 20).await.unwrap();
        assert_eq!(revoked.len(), number + 1);
        let row = revoked.iter().find(|row| row.serial.to_hex() == serial).unwrap();
        assert_eq!(row.reason, reason);
        assert_eq!(row.revoked_at, server.clock.now().floor_to_second());
        let event = told(&server, "revoke_certificate", &id).await;
        assert!(event.contains(&reason.to_string()), "{event}");
    }
}

#[tokio::test]
async fn an_sm2_pair_is_revoked_as_one() {
    let server = TestServer::start().await;
    let root = authority(&server, "SM2", "SM3").await;
    let id = created(&server, plain(&root)).await;

    revoke(&server, &id, json!({})).await;

    let revoked = server.database.revocations(root.parse().unwrap(), None, 20).await.unwrap();
    assert_eq!(revoked.len(), 2);
}

#[tokio::test]
async fn is_final_and_a_conflict_names_the_status() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let id = created(&server, plain(&root)).await;
    revoke(&server, &id, json!({ "reason": "CERTIFICATE_HOLD" })).await;
    let hour = with(plain(&root), "/validity", json!({ "type": "HOUR", "value": 1 }));
    let expired = created(&server, hour).await;
    server.clock.advance(3600);

    for (id, status) in [(id, "is REVOKED"), (expired, "is EXPIRED")] {
        let again = revoke(&server, &id, json!({ "reason": "KEY_COMPROMISE" })).await;
        assert_eq!(again.refusal(), "403 PCA.00030201");
        assert!(again.string("/error_msg").contains(status), "{}", again.text());
    }
    let revoked = server.database.revocations(root.parse().unwrap(), None, 20).await.unwrap();
    assert_eq!(revoked[0].reason, RevocationReason::CertificateHold);
    assert_eq!(revoked.len(), 1);
}

#[tokio::test]
async fn a_disabled_issuer_revokes_and_a_deleted_one_does_not() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let first = created(&server, plain(&root)).await;
    let second = created(&server, plain(&root)).await;
    let authority = format!("{AUTHORITIES}/{root}");
    let act = async |method, path: &str| {
        server.call(&server.owner.token, method, path, None).await.status
    };

    act(Method::POST, &format!("{authority}/disable")).await;
    assert_eq!(revoke(&server, &first, json!({})).await.status, StatusCode::NO_CONTENT);
    act(Method::DELETE, &authority).await;
    let refused = revoke(&server, &second, json!({})).await;

    assert_eq!(refused.refusal(), "403 PCA.00030201");
    assert!(refused.string("/error_msg").contains("is DELETED"), "{}", refused.text());
}

#[tokio::test]
async fn the_body_is_mandatory_and_the_reason_is_of_the_list() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let id = created(&server, plain(&root)).await;

    let path = format!("{PATH}/{id}/revoke");
    let empty = server.call(&server.owner.token, Method::POST, &path, None).await;
    assert_eq!(empty.refusal(), "400 PCA.00020001");
    for reason in ["REMOVE_FROM_CRL", "key_compromise", "8", " "] {
        let answer = revoke(&server, &id, json!({ "reason": reason })).await;
        assert_eq!(answer.refusal(), "400 PCA.00020303", "{reason}");
    }
    assert_eq!(shown(&server, &id).await.string("/status"), "ISSUED");
}
