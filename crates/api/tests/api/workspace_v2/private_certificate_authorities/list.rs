//! `GET /v2/{project_id}/certmanager/private-certificate-authorities`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

use super::{created, example, root_path};

fn ids(answer: &Answer) -> Vec<String> {
    let list = answer.json()["cert_list"].as_array().cloned().unwrap_or_default();
    list.iter().map(|item| item["cert_id"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn an_entry_says_what_an_authority_is() {
    let server = TestServer::start().await;
    let id = created(&server).await;

    let answer = server.get(&root_path(&server)).await;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.json(),
        json!({ "cert_list": [{
            "tenant_id": server.owner.project(), "cert_id": id, "common_name": "Desktop Root",
            "type": "ROOT", "status": "ENABLE", "key_algorithm": "RSA-2048",
            "signature_algorithm": "SHA-512", "not_before": "2026-05-28T20:25:40Z",
            "not_after": "2036-05-28T20:26:40Z",
        }] })
    );
}

#[tokio::test]
async fn the_newest_comes_first_and_what_waits_is_not_there() {
    let server = TestServer::start().await;
    let old = created(&server).await;
    server.clock.advance(1);
    let new = created(&server).await;
    server.post(&format!("{}/csr", root_path(&server)), example()).await;
    let path = |query: &str| format!("{}?{query}", root_path(&server));

    assert_eq!(ids(&server.get(&path("")).await), [new.clone(), old.clone()]);
    assert_eq!(ids(&server.get(&path("limit=1")).await), [new]);
    assert_eq!(ids(&server.get(&path("limit=100&offset=1")).await), [old]);
    assert!(ids(&server.get(&path("offset=2")).await).is_empty());
    assert!(ids(&server.get(&path(&format!("offset={}", u64::MAX))).await).is_empty());
}

#[tokio::test]
async fn past_its_end_it_is_expired() {
    let server = TestServer::start().await;
    created(&server).await;

    server.clock.advance(11 * 366 * 86_400);

    let token = server.token(&server.owner, testkit::TestScope::Project).await;
    let answer = server.call(&token, Method::GET, &root_path(&server), None).await;
    assert_eq!(answer.string("/cert_list/0/status"), "EXPIRED", "{}", answer.text());
}

#[tokio::test]
async fn each_bad_parameter_is_named() {
    let server = TestServer::start().await;

    for (name, value) in [
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "-1"),
        ("limit", "ten"),
        ("offset", "-1"),
        ("offset", "18446744073709551616"),
    ] {
        let answer = server.get(&format!("{}?{name}={value}", root_path(&server))).await;
        assert_eq!(answer.refusal(), "400 WKS.00020001", "{name}={value}");
        assert_eq!(answer.string("/error_detail"), name);
    }
}

#[tokio::test]
async fn another_account_and_another_project_see_none_of_it() {
    let server = TestServer::start().await;
    created(&server).await;
    let other = server.account("other").await;
    let ours = root_path(&server);
    let theirs = ours.replace(&server.owner.project(), &other.project());

    let refused = server.call(&other.token, Method::GET, &ours, None).await;
    let empty = server.call(&other.token, Method::GET, &theirs, None).await;
    let private = server.get("/v1/private-certificate-authorities").await;

    assert_eq!(refused.refusal(), "403 APIGW.0302");
    assert_eq!(empty.json(), json!({ "cert_list": [] }));
    assert_eq!(private.json()["total"], Value::from(0), "{}", private.text());
}
