//! `GET /v1/private-certificate-authorities`

use serde_json::{Value, json};
use testkit::{Answer, TestServer};

use super::{PATH, act, created, pending, root, schedule, subordinate, with};

async fn list(server: &TestServer, query: &str) -> Answer {
    server.get(&format!("{PATH}{query}")).await
}

/// The common names of a list, with its total.
fn names(answer: &Answer) -> (Vec<String>, u64) {
    let answer = answer.json();
    let name = |one: &Value| one["distinguished_name"]["common_name"].as_str().unwrap().to_owned();
    let names = answer["certificate_authorities"].as_array().unwrap().iter().map(name).collect();
    (names, answer["total"].as_u64().unwrap())
}

/// One authority of each status, a second apart: root, middle, last, waiting, disabled, deleted,
/// revoked.
async fn everything(server: &TestServer) {
    let next = || server.clock.advance(1);
    let top = created(server, root("root")).await;
    next();
    let middle = created(server, subordinate("middle", &top, 2)).await;
    next();
    let last = with(subordinate("last", &middle, 0), "/validity", json!({"type":"HOUR","value":1}));
    created(server, last).await;
    next();
    created(server, pending("waiting")).await;
    next();
    let project = json!("0a1b2c3d-0000-0000-0000-00000000000a");
    let disabled = with(root("1_0"), "/enterprise_project_id", project);
    let disabled = created(server, disabled).await;
    act(server, &disabled, "disable").await;
    next();
    let deleted = created(server, root("100")).await;
    schedule(server, &deleted).await;
    next();
    let revoked = created(server, subordinate("Revoked", &top, 0)).await;
    server.post(&format!("{PATH}/{revoked}/revoke"), json!({})).await;
    server.clock.advance(3600);
}

#[tokio::test]
async fn shows_each_as_show_does_newest_first() {
    let server = TestServer::start().await;
    let first = created(&server, root("First")).await;
    server.clock.advance(1);
    let second = created(&server, subordinate("Second", &first, 0)).await;
    server.post(&format!("{PATH}/{first}/tags"), json!({"tag":{"key":"k","value":"v"}})).await;

    let listed = list(&server, "").await.json();

    let shown = async |id: &str| server.get(&format!("{PATH}/{id}")).await.json();
    let expected = [shown(&second).await, shown(&first).await];
    assert_eq!(listed, json!({ "total": 2, "certificate_authorities": expected }));
}

#[tokio::test]
async fn every_filter_and_order_selects_what_it_says() {
    let server = TestServer::start().await;
    everything(&server).await;

    for (query, expected, total) in [
        ("", "Revoked 100 1_0 waiting last middle root", 7),
        ("?sort_dir=ASC", "root middle last waiting 1_0 100 Revoked", 7),
        ("?limit=2&offset=1&sort_dir=ASC", "middle last", 7),
        ("?limit=0", "", 7),
        ("?offset=7", "", 7),
        ("?offset=18446744073709551615", "", 7),
        ("?status=ACTIVED", "middle root", 2),
        ("?status=EXPIRED", "last", 1),
        ("?status=PENDING", "waiting", 1),
        ("?status=DISABLED", "1_0", 1),
        ("?status=DELETED", "100", 1),
        ("?status=REVOKED", "Revoked", 1),
        ("?type=ROOT", "100 1_0 root", 3),
        ("?type=SUBORDINATE&status=ACTIVED", "middle", 1),
        ("?name=0", "100 1_0", 2),
        ("?name=%25", "", 0),
        ("?name=_", "1_0", 1),
        ("?name=revoked", "", 0),
        ("?name=Revoked&status=ACTIVED", "", 0),
        ("?sort_key=common_name&sort_dir=ASC", "100 1_0 Revoked last middle root waiting", 7),
        ("?sort_key=type&sort_dir=ASC&limit=3", "root 1_0 100", 7),
        ("?sort_key=ca_type&limit=2", "Revoked waiting", 7),
        ("?sort_key=not_after&sort_dir=ASC&limit=2", "waiting last", 7),
        ("?sort_key=create_time&limit=1", "Revoked", 7),
        ("?enterprise_project_id=all&limit=1", "Revoked", 7),
        ("?enterprise_project_id=0&limit=1", "Revoked", 6),
        ("?enterprise_project_id=0a1b2c3d-0000-0000-0000-00000000000a", "1_0", 1),
        (
            "?limit=&offset=&name=&status=&type=&sort_key=&sort_dir=&enterprise_project_id=",
            "Revoked 100 1_0 waiting last middle root",
            7,
        ),
    ] {
        let answer = list(&server, query).await;

        let (names, found) = names(&answer);
        assert_eq!((names.join(" ").as_str(), found), (expected, total), "{query}");
    }
}

#[tokio::test]
async fn a_page_has_ten_when_nobody_says() {
    let server = TestServer::start().await;
    for number in 0..11 {
        created(&server, pending(&format!("Waiting {number}"))).await;
    }

    let (names, total) = names(&list(&server, "").await);

    assert_eq!((names.len(), total), (10, 11));
}

#[tokio::test]
async fn another_account_sees_nothing_of_it() {
    let server = TestServer::start().await;
    created(&server, root("Root")).await;
    let other = server.account("other").await;

    let answer = server.call(&other.token, axum::http::Method::GET, PATH, None).await;

    assert_eq!(answer.json(), json!({ "total": 0, "certificate_authorities": [] }));
}

#[tokio::test]
async fn a_bad_parameter_is_named() {
    let server = TestServer::start().await;
    let long = format!("?name={}", "x".repeat(65));

    for (query, field, code) in [
        ("?limit=1001", "limit", "PCA.00020001"),
        ("?limit=-1", "limit", "PCA.00020001"),
        ("?limit=x", "limit", "PCA.00020001"),
        ("?offset=-1", "offset", "PCA.00020001"),
        ("?offset=1.5", "offset", "PCA.00020001"),
        ("?offset=18446744073709551616", "offset", "PCA.00020001"),
        ("?status=ACTIVATED", "status", "PCA.00020001"),
        ("?status=actived", "status", "PCA.00020001"),
        ("?type=LEAF", "type", "PCA.00020202"),
        ("?sort_key=name", "sort_key", "PCA.00020001"),
        ("?sort_dir=asc", "sort_dir", "PCA.00020001"),
        ("?enterprise_project_id=x", "enterprise_project_id", "PCA.00020001"),
        (&long, "name", "PCA.00020001"),
    ] {
        let answer = list(&server, query).await;
        assert_eq!(answer.refusal(), format!("400 {code}"), "{query}");
        let text = format!("Invalid parameter {field}:");
        assert!(answer.string("/error_msg").starts_with(&text), "{}", answer.text());
    }
    assert_eq!(list(&server, "?name=%ff").await.refusal(), "400 PCA.00020001");
}
