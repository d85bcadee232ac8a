//! `POST /v1/private-certificate-authorities/{ca_id}/revoke`

use axum::http::{Method, StatusCode};
use pki::{Authorities, RevocationReason};
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

use super::{PATH, act, created, pending, root, schedule, status, subordinate, told};

async fn revoke(server: &TestServer, id: &str, body: Value) -> Answer {
    server.post(&format!("{PATH}/{id}/revoke"), body).await
}

#[tokio::test]
async fn is_told_to_the_issuer_with_its_reason_in_the_same_commit() {
    let server = TestServer::start().await;
    let root = created(&server, root("Root")).await;

    for (number, (body, reason)) in [
        (json!({}), RevocationReason::Unspecified),
        (json!({ "reason": null }), RevocationReason::Unspecified),
        (json!({ "reason": "" }), RevocationReason::Unspecified),
        (json!({ "reason": "KEY_COMPROMISE" }), RevocationReason::KeyCompromise),
        (
            json!({ "reason": "ATTRIBUTE_AUTHORITY_COMPROMISE" }),
            RevocationReason::AttributeAuthorityCompromise,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let id = created(&server, subordinate(&format!("Sub {number}"), &root, 0)).await;
        let serial = server.get(&format!("{PATH}/{id}")).await.string("/serial_number");

        let answer = revoke(&server, &id, body).await;

        assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
        assert_eq!(status(&server, &id).await, "REVOKED");
        let revoked = server.database.revocations(root.parse().unwrap(), None, 10).await.unwrap();
        assert_eq!(revoked.len(), number + 1);
        let row = revoked.iter().find(|row| row.serial.to_hex() == serial).unwrap();
        assert_eq!(row.reason, reason);
        let event = told(&server, "revoke_authority", &id).await;
        assert!(event.contains(&reason.to_string()), "{event}");
    }
}

#[tokio::test]
async fn takes_every_function_and_comes_once() {
    let server = TestServer::start().await;
    let root = created(&server, root("Root")).await;
    let id = created(&server, subordinate("Sub", &root, 1)).await;
    revoke(&server, &id, json!({})).await;

    for call in ["export", "disable", "enable", "restore"] {
        let answer = act(&server, &id, call).await;
        assert_eq!(answer.refusal(), "403 PCA.00030201", "{call}");
        assert!(answer.string("/error_msg").contains("is REVOKED"), "{}", answer.text());
    }
    let again = revoke(&server, &id, json!({ "reason": "SUPERSEDED" })).await;
    assert_eq!(again.refusal(), "403 PCA.00030201");
    let child = server.post(PATH, subordinate("Child", &id, 0)).await;
    assert_eq!(child.refusal(), "403 PCA.00030201");
}

#[tokio::test]
async fn a_disabled_one_can_be_revoked_and_by_a_disabled_issuer() {
    let server = TestServer::start().await;
    let root = created(&server, root("Root")).await;
    let id = created(&server, subordinate("Sub", &root, 1)).await;
    act(&server, &id, "disable").await;
    act(&server, &root, "disable").await;

    assert_eq!(revoke(&server, &id, json!({})).await.status, StatusCode::NO_CONTENT);

    assert_eq!(status(&server, &id).await, "REVOKED");
}

#[tokio::test]
async fn a_child_of_a_revoked_one_stays_active_and_issues_nothing() {
    let server = TestServer::start().await;
    let root = created(&server, root("Root")).await;
    let middle = created(&server, subordinate("Middle", &root, 2)).await;
    let last = created(&server, subordinate("Last", &middle, 1)).await;
    revoke(&server, &middle, json!({})).await;

    let child = server.post(PATH, subordinate("Child", &last, 0)).await;

    assert_eq!(status(&server, &last).await, "ACTIVED");
    assert_eq!(child.refusal(), "400 PCA.00020304");
    assert!(child.string("/error_msg").contains("REVOKED"), "{}", child.text());
}

#[tokio::test]
async fn a_wrong_status_or_kind_is_refused_by_name() {
    let server = TestServer::start().await;
    let top = created(&server, root("Root")).await;
    let waiting = created(&server, pending("Waiting")).await;
    let deleted = created(&server, subordinate("Sub", &top, 1)).await;
    schedule(&server, &deleted).await;

    for (id, code, text) in [
        (&top, "PCA.00030204", "is a root; only a subordinate one can be revoked"),
        (&waiting, "PCA.00030201", "is PENDING; only an ACTIVED or DISABLED one can be revoked"),
        (&deleted, "PCA.00030201", "is DELETED; only an ACTIVED or DISABLED one can be revoked"),
    ] {
        let answer = revoke(&server, id, json!({})).await;
        assert_eq!(answer.refusal(), format!("403 {code}"));
        assert!(answer.string("/error_msg").contains(text), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_bad_request_changes_nothing() {
    let server = TestServer::start().await;
    let root = created(&server, root("Root")).await;
    let id = created(&server, subordinate("Sub", &root, 1)).await;

    for (reason, refusal) in [
        (json!("key_compromise"), "400 PCA.00020303"),
        (json!("REMOVE_FROM_CRL"), "400 PCA.00020303"),
        (json!(1), "400 PCA.00020303"),
        (json!(["KEY_COMPROMISE"]), "400 PCA.00020303"),
        (json!(" "), "400 PCA.00020303"),
    ] {
        let answer = revoke(&server, &id, json!({ "reason": reason })).await;
        assert_eq!(answer.refusal(), refusal, "{reason}");
    }
    let path = format!("{PATH}/{id}/revoke");
    let missing = server.call(&server.owner.token, Method::POST, &path, None).await;
    assert_eq!(missing.refusal(), "400 PCA.00020001");
    for body in [json!([]), json!("x"), json!(null)] {
        assert_eq!(
            revoke(&server, &id, body.clone()).await.refusal(),
            "400 PCA.00020001",
            "{body}"
        );
    }
    assert_eq!(status(&server, &id).await, "ACTIVED");
}
