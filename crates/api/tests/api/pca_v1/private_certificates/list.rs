//! `GET /v1/private-certificates`

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

use super::{PATH, authority, created, plain, revoke, root, shown, with};

async fn list(server: &TestServer, query: &str) -> Answer {
    server.get(&format!("{PATH}{query}")).await
}

/// The common names of a list, with its total.
fn names(answer: &Answer) -> (Vec<String>, u64) {
    let answer = answer.json();
    let name = |one: &Value| one["distinguished_name"]["common_name"].as_str().unwrap().to_owned();
    let names = answer["certificates"].as_array().unwrap().iter().map(name).collect();
    (names, answer["total"].as_u64().unwrap())
}

fn named(issuer: &str, name: &str) -> Value {
    with(plain(issuer), "/distinguished_name/common_name", json!(name))
}

/// Five certificates of two issuers, a second apart: one that expires, one that is revoked, one of
/// an enterprise project.
async fn everything(server: &TestServer) {
    let one = root(server).await;
    let next = || server.clock.advance(1);
    created(server, named(&one, "b.example")).await;
    next();
    let short = with(named(&one, "short_0"), "/validity", json!({ "type": "HOUR", "value": 1 }));
    created(server, short).await;
    next();
    let revoked = created(server, named(&one, "Revoked")).await;
    next();
    let project = json!("0a1b2c3d-0000-0000-0000-00000000000a");
    created(server, with(named(&one, "own"), "/enterprise_project_id", project)).await;
    next();
    let other = authority(server, "EC384", "SHA384").await;
    created(server, with(named(&other, "a.example"), "/validity/value", json!(2))).await;
    revoke(server, &revoked, json!({})).await;
    server.clock.advance(3600);
}

#[tokio::test]
async fn shows_each_as_show_does_newest_first() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let first = created(&server, named(&root, "first.example")).await;
    server.clock.advance(1);
    let second = created(&server, named(&root, "second.example")).await;

    let listed = list(&server, "").await.json();

    let expected = [shown(&server, &second).await.json(), shown(&server, &first).await.json()];
    assert_eq!(listed, json!({ "total": 2, "certificates": expected }));
}

#[tokio::test]
async fn every_filter_and_order_selects_what_it_says() {
    let server = TestServer::start().await;
    everything(&server).await;

    for (query, expected, total) in [
        ("", "a.example own Revoked short_0 b.example", 5),
        ("?sort_dir=ASC", "b.example short_0 Revoked own a.example", 5),
        ("?limit=2&offset=1&sort_dir=ASC", "short_0 Revoked", 5),
        ("?limit=2&offset=4&sort_dir=ASC", "a.example", 5),
        ("?limit=0", "", 5),
        ("?offset=5", "", 5),
        ("?offset=18446744073709551615", "", 5),
        ("?status=ISSUED", "a.example own b.example", 3),
        ("?status=EXPIRED", "short_0", 1),
        ("?status=REVOKED", "Revoked", 1),
        ("?name=example", "a.example b.example", 2),
        ("?name=_", "short_0", 1),
        ("?name=%25", "", 0),
        ("?name=revoked", "", 0),
        ("?name=example&status=EXPIRED", "", 0),
        ("?sort_key=common_name&sort_dir=ASC", "Revoked a.example b.example own short_0", 5),
        ("?sort_key=issuer_name&limit=1", "a.example", 5),
        ("?sort_key=not_after&sort_dir=ASC&limit=2", "short_0 b.example", 5),
        ("?sort_key=create_time&limit=1", "a.example", 5),
        ("?enterprise_project_id=all&limit=1", "a.example", 5),
        ("?enterprise_project_id=0&limit=1", "a.example", 4),
        ("?enterprise_project_id=0a1b2c3d-0000-0000-0000-00000000000a", "own", 1),
        (
            "?limit=&offset=&name=&status=&sort_key=&sort_dir=&enterprise_project_id=",
            "a.example own Revoked short_0 b.example",
            5,
        ),
    ] {
        let answer = list(&server, query).await;

        let (names, found) = names(&answer);
        assert_eq!((names.join(" ").as_str(), found), (expected, total), "{query}");
    }
}

#[tokio::test]
async fn another_account_sees_nothing_of_it() {
    let server = TestServer::start().await;
    created(&server, plain(&root(&server).await)).await;
    let other = server.account("other").await;

    let answer = server.call(&other.token, Method::GET, PATH, None).await;

    assert_eq!(answer.json(), json!({ "total": 0, "certificates": [] }));
}

#[tokio::test]
async fn a_bad_parameter_is_named() {
    let server = TestServer::start().await;
    let long = format!("?name={}", "x".repeat(65));

    for (query, field) in [
        ("?limit=1001", "limit"),
        ("?limit=-1", "limit"),
        ("?offset=-1", "offset"),
        ("?offset=1.5", "offset"),
        ("?status=ACTIVED", "status"),
        ("?status=issued", "status"),
        ("?sort_key=type", "sort_key"),
        ("?sort_dir=asc", "sort_dir"),
        ("?enterprise_project_id=x", "enterprise_project_id"),
        (&long, "name"),
    ] {
        let answer = list(&server, query).await;
        assert_eq!(answer.refusal(), "400 PCA.00020001", "{query}");
        let text = format!("Invalid parameter {field}:");
        assert!(answer.string("/error_msg").starts_with(&text), "{}", answer.text());
    }
}
