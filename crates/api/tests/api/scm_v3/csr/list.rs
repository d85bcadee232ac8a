//! `GET /v3/scm/csr`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

use super::{personal, with};

const PATH: &str = "/v3/scm/csr";

/// A request of this name, a second after the one before.
async fn named(server: &TestServer, name: &str, algorithm: &str) -> String {
    server.clock.advance(1);
    let body = with(personal(), "name", json!(name));
    server.post(PATH, with(body, "private_key_algo", json!(algorithm))).await.string("/id")
}

fn names(answer: &Answer) -> Vec<String> {
    let list = answer.json()["csr_list"].as_array().cloned().unwrap_or_default();
    list.iter().map(|csr| csr["name"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn nothing_is_an_empty_list() {
    let server = TestServer::start().await;

    let answer = server.get(PATH).await;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json(), json!({ "csr_list": [], "total": 0 }));
}

#[tokio::test]
async fn each_entry_is_what_show_answers_newest_first() {
    let server = TestServer::start().await;
    let old = named(&server, "old", "EC_P256").await;
    let new = named(&server, "new", "SM2").await;

    let answer = server.get(PATH).await;

    let mut shown = Vec::new();
    for id in [new, old] {
        shown.push(server.get(&format!("{PATH}/{id}")).await.json());
    }
    assert_eq!(answer.json(), json!({ "csr_list": shown, "total": 2 }));
}

#[tokio::test]
async fn requests_of_one_millisecond_keep_one_order() {
    let server = TestServer::start().await;
    for _ in 0..12 {
        server.post(PATH, personal()).await;
    }

    let whole = server.get(&format!("{PATH}?limit=12")).await.json();
    let mut pages = Vec::new();
    for offset in 0..12 {
        let page = server.get(&format!("{PATH}?limit=1&offset={offset}")).await.json();
        pages.extend(page["csr_list"].as_array().cloned().unwrap_or_default());
    }

    assert_eq!(whole["csr_list"], Value::Array(pages));
}

#[tokio::test]
async fn pages_go_on_past_a_hundred() {
    let server = TestServer::start().await;
    for number in 0..113 {
        named(&server, &format!("n{number}"), "EC_P256").await;
    }

    let first = server.get(PATH).await;
    let late = server.get(&format!("{PATH}?limit=50&offset=100")).await;
    let beyond = server.get(&format!("{PATH}?offset=113")).await;
    let far = server.get(&format!("{PATH}?offset={}", u64::MAX)).await;

    let expected = |range: std::ops::Range<usize>| -> Vec<String> {
        range.map(|place| format!("n{}", 112 - place)).collect()
    };
    assert_eq!(names(&first), expected(0..10));
    assert_eq!(names(&late), expected(100..113));
    assert!(names(&beyond).is_empty() && names(&far).is_empty());
    for answer in [first, late, beyond, far] {
        assert_eq!(answer.json()["total"], 113);
    }
}

#[tokio::test]
async fn a_part_of_the_name_is_looked_for_letter_for_letter() {
    let server = TestServer::start().await;
    for name in ["100% sure", "shop_1", "shop-2", "\u{5317}\u{4eac} Shop", "a\\b"] {
        named(&server, name, "EC_P256").await;
    }

    for (part, found) in [
        ("shop", vec!["shop-2", "shop_1"]),
        ("hop", vec!["\u{5317}\u{4eac} Shop", "shop-2", "shop_1"]),
        ("%25", vec!["100% sure"]),
        ("_", vec!["shop_1"]),
        ("%5C", vec!["a\\b"]),
        ("%20", vec!["\u{5317}\u{4eac} Shop", "100% sure"]),
        ("%E4%BA%AC", vec!["\u{5317}\u{4eac} Shop"]),
        ("'%20OR%20''='", vec![]),
        ("", vec!["a\\b", "\u{5317}\u{4eac} Shop", "shop-2", "shop_1", "100% sure"]),
    ] {
        let answer = server.get(&format!("{PATH}?name={part}")).await;
        assert_eq!(names(&answer), found, "{part}");
        assert_eq!(answer.json()["total"], found.len(), "{part}");
    }
}

#[tokio::test]
async fn a_kind_of_key_is_looked_for_exactly_and_an_unknown_one_finds_nothing() {
    let server = TestServer::start().await;
    named(&server, "a", "EC_P256").await;
    named(&server, "b", "EC_P384").await;
    named(&server, "bb", "EC_P384").await;

    for (query, found) in [
        ("private_key_algo=EC_P384", vec!["bb", "b"]),
        ("private_key_algo=EC_P384&name=bb", vec!["bb"]),
        ("private_key_algo=EC_P256&name=bb", vec![]),
        ("private_key_algo=SM2", vec![]),
        ("private_key_algo=", vec!["bb", "b", "a"]),
        ("private_key_algo=ec_p384", vec![]),
        ("private_key_algo=DSA", vec![]),
    ] {
        let answer = server.get(&format!("{PATH}?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}");
        assert_eq!(names(&answer), found, "{query}");
        assert_eq!(answer.json()["total"], found.len(), "{query}");
    }
}

#[tokio::test]
async fn each_bad_parameter_is_named() {
    let server = TestServer::start().await;

    for (name, value) in [
        ("limit", "0"),
        ("limit", "51"),
        ("limit", "-1"),
        ("limit", "ten"),
        ("limit", "1.0"),
        ("limit", "%2b5"),
        ("limit", "99999999999999999999"),
        ("offset", "-1"),
        ("offset", "x"),
        ("offset", "18446744073709551616"),
        ("name", &"n".repeat(33)),
        ("name", &"%E5%8C%97".repeat(33)),
        ("limit", "1&limit=2"),
        ("offset", "0&limit=1&offset=0"),
    ] {
        let answer = server.get(&format!("{PATH}?{name}={value}")).await;
        assert_eq!(answer.refusal(), "400 SCM.0005", "{name}={value}");
        assert!(answer.string("/error_msg").contains(name), "{}", answer.text());
    }
    assert_eq!(server.get(&format!("{PATH}?name=%ff")).await.refusal(), "400 SCM.0005");
    let longest = "%E5%8C%97".repeat(32);
    for fine in ["limit=&offset=", &format!("name={longest}")] {
        assert_eq!(server.get(&format!("{PATH}?{fine}")).await.status, StatusCode::OK, "{fine}");
    }
}

#[tokio::test]
async fn another_account_sees_none_of_it() {
    let server = TestServer::start().await;
    named(&server, "ours", "EC_P256").await;
    let other = server.account("other").await;

    let answer = server.call(&other.token, Method::GET, PATH, None).await;

    assert_eq!(answer.json(), json!({ "csr_list": [], "total": 0 }));
}
