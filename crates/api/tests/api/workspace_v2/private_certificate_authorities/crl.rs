//! `POST /v2/{project_id}/certmanager/private-certificate-authorities/{cert_id}/crl`

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use ledger::{Changes, Clock, Timestamp};
use pki::{Revocation, RevocationReason};
use serde_json::{Value, json};
use testkit::{Answer, TestScope, TestServer};
use x509::{Certificate, CrlNumber, ReasonCode, RevocationList, SerialNumber};

use super::{NOBODY, created, root, root_path, with};
use crate::outside::printed;

async fn export_with(server: &TestServer, token: &str, id: &str, accept: &str) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("{}/{id}/crl", root_path(server)))
        .header("x-auth-token", token)
        .header("accept", accept)
        .body(Body::empty());
    server.send(request.unwrap()).await
}

async fn export(server: &TestServer, id: &str) -> Answer {
    export_with(server, &server.owner.token, id, "*/*").await
}

async fn crl(server: &TestServer, id: &str) -> RevocationList {
    let answer = export(server, id).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    RevocationList::from_pem(&answer.text()).unwrap()
}

fn number(crl: &RevocationList) -> u64 {
    crl.number().and_then(CrlNumber::to_u64).unwrap()
}

async fn certificate(server: &TestServer, id: &str) -> Certificate {
    let shown = server.get(&format!("{}/{id}", root_path(server))).await;
    Certificate::from_pem(&shown.string("/pem_code")).unwrap()
}

/// Lets the authority have revoked something, past the operations, none of which issues for
/// Workspace yet.
async fn revoke(server: &TestServer, id: &str, serial: u8, not_after: Timestamp) -> SerialNumber {
    let serial = SerialNumber::from_random([serial; 20]);
    let revocation = Revocation {
        account: server.owner.bootstrap.account.id,
        issuer: id.parse().unwrap(),
        shard: None,
        serial: serial.clone(),
        revoked_at: server.clock.now().floor_to_second(),
        reason: RevocationReason::KeyCompromise,
        not_after,
    };
    let author = server.iam.directory().audit_events(None, 1).await.unwrap();
    let event = ledger::AuditEvent {
        at: server.clock.now(),
        account: None,
        origin: author[0].origin.clone(),
        action: "revoke",
        object: None,
        outcome: ledger::Outcome::Done,
        detail: None,
        count: 1,
    };
    let changes = Changes::new(server.change_id(), event);
    let list = pki::crl::List::complete(revocation.issuer);
    let changes = changes.insert(revocation).add(list.unpublished(), 1, None);
    pki::Store::commit(&server.database, changes).await.unwrap();
    serial
}

#[tokio::test]
async fn is_a_complete_crl_of_the_authority() {
    let server = TestServer::start().await;
    let id = created(&server).await;
    let own = certificate(&server, &id).await;

    let answer = export(&server, &id).await;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"Desktop_Root.crl\"");
    let crl = RevocationList::from_pem(&answer.text()).unwrap();
    assert_eq!(crl.issuer().der(), own.subject().der());
    assert_eq!(crl.authority_key_identifier(), own.subject_key_identifier());
    assert!(crl.verify_signed_by(own.public_key().unwrap()).is_ok());
    assert!(crl.revoked().is_empty());
    assert_eq!(number(&crl), 1_780_000_000_123);
    let text = printed("crl", &answer.text());
    assert!(text.contains("Last Update: May 28 20:26:39 2026 GMT"), "{text}");
    assert!(text.contains("Next Update: Jun  4 20:26:39 2026 GMT"), "{text}");
    assert!(text.contains("sha512WithRSAEncryption"), "{text}");
    assert!(text.contains("No Revoked Certificates."), "{text}");
    assert!(!text.contains("Issuing Distribution Point"), "{text}");
    assert!(server.audit().await.contains(&"export_workspace_crl Done".to_owned()));
}

#[tokio::test]
async fn der_is_for_who_names_its_type() {
    let server = TestServer::start().await;
    let id = created(&server).await;
    let token = &server.owner.token;

    for accept in ["application/pkix-crl", "text/html, Application/PKIX-CRL;q=0.5, */*"] {
        let answer = export_with(&server, token, &id, accept).await;
        assert_eq!(answer.header("content-type"), "application/pkix-crl", "{accept}");
        assert_eq!(
            answer.header("content-disposition"),
            "attachment; filename=\"Desktop_Root.crl\""
        );
        let der = RevocationList::from_der(&answer.body).unwrap();
        assert_eq!(der, crl(&server, &id).await);
    }
}

#[tokio::test]
async fn who_asks_again_gets_the_same_bytes_and_who_asks_later_a_greater_number() {
    let server = TestServer::start().await;
    let id = created(&server).await;

    let first = export(&server, &id).await;
    server.clock.advance(3_590);
    let again = export(&server, &id).await;
    server.clock.advance(10);
    let later = crl(&server, &id).await;

    assert_eq!(first.text(), again.text());
    let first = RevocationList::from_pem(&first.text()).unwrap();
    assert_eq!(number(&later) - number(&first), 3_600_000);
    assert_eq!(later.this_update().0 - first.this_update().0, 3_600);
    assert_eq!(later.next_update().unwrap().0 - later.this_update().0, 7 * 86_400);
}

#[tokio::test]
async fn a_number_grows_even_when_the_clock_is_set_back() {
    let server = TestServer::start().await;
    let id = created(&server).await;
    let first = crl(&server, &id).await;

    server.clock.advance(-7_200);
    let second = crl(&server, &id).await;

    assert_eq!(number(&second), number(&first) + 1);
    assert_eq!(second.this_update(), first.this_update());
}

#[tokio::test]
async fn a_revocation_is_on_the_next_one_at_once_and_leaves_after_its_end() {
    let server = TestServer::start().await;
    let id = created(&server).await;
    let before = crl(&server, &id).await;
    let not_after = Timestamp::from_seconds(server.clock.now().as_seconds() + 86_400);

    let serial = revoke(&server, &id, 1, not_after).await;
    let after = crl(&server, &id).await;
    server.clock.advance(86_400 + 3_600);
    let token = server.token(&server.owner, TestScope::Project).await;
    let past_its_end = export_with(&server, &token, &id, "*/*").await;
    server.clock.advance(3_600);
    let token = server.token(&server.owner, TestScope::Project).await;
    let later = export_with(&server, &token, &id, "*/*").await;

    assert!(before.revoked().is_empty());
    let entry = after.entry(&serial).unwrap();
    assert_eq!(entry.reason, Some(ReasonCode::KeyCompromise));
    assert!(after.this_update() >= entry.revocation_date);
    assert!(number(&after) > number(&before));
    let last = RevocationList::from_pem(&past_its_end.text()).unwrap();
    assert!(last.entry(&serial).is_some(), "once past its end it is still told");
    let later = RevocationList::from_pem(&later.text()).unwrap();
    assert!(later.entry(&serial).is_none());
}

#[tokio::test]
async fn of_many_at_once_all_get_the_same_one() {
    for _ in 0..5 {
        let server = std::sync::Arc::new(TestServer::start().await);
        let id = created(&server).await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (server, id) = (server.clone(), id.clone());
            tasks.spawn(async move { export(&server, &id).await });
        }

        let mut answers = tasks.join_all().await;

        assert!(answers.iter().all(|answer| answer.status == StatusCode::OK));
        answers.dedup_by_key(|answer| answer.text());
        assert_eq!(answers.len(), 1);
        let told = server.audit().await;
        assert_eq!(told.iter().filter(|event| *event == "export_workspace_crl Done").count(), 1);
    }
}

#[tokio::test]
async fn many_revocations_are_all_there() {
    let server = TestServer::start().await;
    let id = created(&server).await;
    let not_after = Timestamp::from_seconds(server.clock.now().as_seconds() + 86_400);
    for serial in 0..40 {
        revoke(&server, &id, serial, not_after).await;
    }

    let answer = export(&server, &id).await;

    let text = printed("crl", &answer.text());
    assert_eq!(text.matches("Serial Number: ").count(), 40, "{text}");
}

#[tokio::test]
async fn a_disabled_authority_goes_on_making_them() {
    let server = TestServer::start().await;
    let id = created(&server).await;
    let path = format!("{}/{id}/status/disable", root_path(&server));
    server.call(&server.owner.token, Method::POST, &path, None).await;

    assert_eq!(export(&server, &id).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_expired_one_gives_its_last() {
    let server = TestServer::start().await;
    let (with_crl, without) = (created(&server).await, created(&server).await);
    server.clock.advance(10 * 365 * 86_400);
    let token = server.token(&server.owner, TestScope::Project).await;
    let last = export_with(&server, &token, &with_crl, "*/*").await;
    let read = RevocationList::from_pem(&last.text()).unwrap();
    let own_end = {
        let path = format!("{}/{with_crl}", root_path(&server));
        let shown = server.call(&token, Method::GET, &path, None).await;
        Certificate::from_pem(&shown.string("/pem_code")).unwrap().not_after()
    };
    assert_eq!(read.next_update(), Some(own_end), "nobody signs one after its end");
    server.clock.advance(30 * 86_400);
    let token = server.token(&server.owner, TestScope::Project).await;

    let again = export_with(&server, &token, &with_crl, "*/*").await;
    let never = export_with(&server, &token, &without, "*/*").await;

    assert_eq!(again.text(), last.text());
    assert_eq!(never.refusal(), "400 WKS.00030201");
    assert!(never.string("/error_msg").contains("EXPIRED"), "{}", never.text());
}

#[tokio::test]
async fn without_a_configuration_that_enables_them_there_are_none() {
    let server = TestServer::start().await;
    for configuration in
        [json!({ "enable": false }), json!({ "enable": false, "type": "SYSTEM", "valid_day": 30 })]
    {
        let body = with(root(), "/crl_configuration", configuration.clone());
        let id = server.post(&root_path(&server), body).await.header("x-cert-id").to_owned();

        let answer = export(&server, &id).await;

        assert_eq!(answer.refusal(), "400 WKS.00030201", "{configuration}");
        assert!(answer.string("/error_msg").contains("crl_configuration"), "{}", answer.text());
    }
}

#[tokio::test]
async fn what_is_missing_or_malformed_is_not_found() {
    let server = TestServer::start().await;

    for id in [NOBODY, "x", "csr", "%ff"] {
        assert_eq!(export(&server, id).await.refusal(), "404 WKS.00030102", "{id}");
    }
    let other = server.account("other").await;
    let id = created(&server).await;
    let theirs = root_path(&server).replace(&server.owner.project(), &other.project());
    let path = format!("{theirs}/{id}/crl");
    let answer = server.call(&other.token, Method::POST, &path, None).await;
    assert_eq!(answer.refusal(), "404 WKS.00030102");
    assert_eq!(answer.json()["error_detail"], Value::from(""));
}
