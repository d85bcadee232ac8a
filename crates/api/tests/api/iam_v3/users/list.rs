//! `GET /v3/users`

use axum::http::StatusCode;
use serde_json::json;
use testkit::TestServer;

async fn names(server: &TestServer, query: &str) -> Vec<String> {
    let answer = server.get(&format!("/v3/users{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query} {}", answer.text());
    let json = answer.json();
    let users = json["users"].as_array().unwrap();
    users.iter().map(|user| user["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_filter_narrows_the_list_and_no_other_account_is_in_it() {
    let server = TestServer::start().await;
    let other = server.account("other").await;
    let off = json!({ "user": { "name": "off", "enabled": false } });
    server.post("/v3/users", off).await;
    let (own, other) = (server.owner.id(), other.id());

    for (query, expected) in [
        (String::new(), vec!["admin", "off"]),
        (format!("?domain_id={own}"), vec!["admin", "off"]),
        (format!("?domain_id={other}"), vec![]),
        ("?enabled=true".to_owned(), vec!["admin"]),
        ("?enabled=false&name=".to_owned(), vec!["off"]),
        ("?name=off".to_owned(), vec!["off"]),
        ("?name=OFF".to_owned(), vec![]),
    ] {
        let mut found = names(&server, &query).await;
        found.sort();
        assert_eq!(found, expected, "{query}");
    }
}

#[tokio::test]
async fn a_filter_out_of_shape_names_itself() {
    let server = TestServer::start().await;

    let answer = server.get("/v3/users?enabled=maybe").await;

    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.string("/error/message").contains("enabled"));
}
