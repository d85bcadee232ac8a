//! `POST /v1/private-certificate-authorities/{ca_id}/ocsp/switch`

use axum::http::StatusCode;
use pki::PublicUrl;
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

use super::super::{PATH, act, created, pending, root, schedule, subordinate, told};

/// A server that knows its public URL.
async fn server() -> TestServer {
    let public_url = PublicUrl::Given("http://pki.example.org".to_owned());
    let rules = pki::Settings { public_url, ..pki::Settings::default() };
    TestServer::start_with(api::Settings::default(), rules).await
}

async fn switch(server: &TestServer, id: &str, to: Value) -> Answer {
    server.post(&format!("{PATH}/{id}/ocsp/switch"), json!({ "ocsp_switch": to })).await
}

#[tokio::test]
async fn switches_on_and_off_and_on_again() {
    let server = server().await;
    let id = created(&server, root("Root")).await;

    for to in [true, false, true] {
        let answer = switch(&server, &id, json!(to)).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
        // The trail tells events of one moment in no order.
        server.clock.advance(1);
    }

    assert!(told(&server, "switch_ocsp", &id).await.ends_with(": on"));
}

#[tokio::test]
async fn takes_the_words_that_some_clients_send() {
    let server = server().await;
    let id = created(&server, root("Root")).await;

    assert_eq!(switch(&server, &id, json!("true")).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn repeating_it_is_refused_each_way_by_its_own_code() {
    let server = server().await;
    let id = created(&server, root("Root")).await;
    let off = switch(&server, &id, json!(false)).await;
    assert_eq!(off.refusal(), "403 PCA.10010072");
    assert!(off.string("/error_msg").contains("is off already"), "{}", off.text());

    switch(&server, &id, json!(true)).await;

    let on = switch(&server, &id, json!(true)).await;
    assert_eq!(on.refusal(), "403 PCA.10010071");
    assert!(on.string("/error_msg").contains("is on already"), "{}", on.text());
}

#[tokio::test]
async fn a_disabled_authority_can_be_switched() {
    let server = server().await;
    let id = created(&server, root("Root")).await;
    act(&server, &id, "disable").await;

    assert_eq!(switch(&server, &id, json!(true)).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_wrong_status_is_refused_by_name() {
    let server = server().await;
    let waiting = created(&server, pending("Pending")).await;
    let deleted = created(&server, root("Deleted")).await;
    schedule(&server, &deleted).await;
    let top = created(&server, root("Root")).await;
    let revoked = created(&server, subordinate("Revoked", &top, 0)).await;
    server.post(&format!("{PATH}/{revoked}/revoke"), json!({})).await;

    for (id, word) in [(waiting, "PENDING"), (deleted, "DELETED"), (revoked, "REVOKED")] {
        let answer = switch(&server, &id, json!(true)).await;
        assert_eq!(answer.refusal(), "403 PCA.00030201");
        let text = format!("is {word}; only an ACTIVED or DISABLED one can switch OCSP on");
        assert!(answer.string("/error_msg").contains(&text), "{}", answer.text());
    }
}

#[tokio::test]
async fn one_that_is_to_be_deleted_can_be_switched_off() {
    let server = server().await;
    let id = created(&server, root("Root")).await;
    switch(&server, &id, json!(true)).await;
    schedule(&server, &id).await;

    assert_eq!(switch(&server, &id, json!(false)).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn without_an_address_it_is_refused_and_told_which_setting_is_missing() {
    let rules = pki::Settings { public_url: PublicUrl::Unknown, ..pki::Settings::default() };
    let server = TestServer::start_with(api::Settings::default(), rules).await;
    let id = created(&server, root("Root")).await;

    let answer = switch(&server, &id, json!(true)).await;

    assert_eq!(answer.refusal(), "403 PCA.00030502");
    assert!(answer.string("/error_msg").contains("public_url"), "{}", answer.text());
}

#[tokio::test]
async fn it_has_to_be_said_where_to() {
    let server = server().await;
    let id = created(&server, root("Root")).await;

    for to in [Value::Null, json!("")] {
        let answer = switch(&server, &id, to).await;
        assert_eq!(answer.refusal(), "400 PCA.00020001");
        assert!(answer.string("/error_msg").contains("ocsp_switch"), "{}", answer.text());
    }
}
