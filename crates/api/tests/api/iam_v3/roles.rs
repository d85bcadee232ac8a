//! `/v3/roles`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::TestServer;

/// Makes a role of this type; gives its identifier.
pub(crate) async fn role(server: &TestServer, name: &str, kind: &str, action: &str) -> String {
    let role = json!({ "display_name": name, "type": kind, "description": "d", "policy": {
        "Version": "1.1", "Statement": [{ "Effect": "Allow", "Action": [action] }] } });
    let answer = server.post("/v3.0/OS-ROLE/roles", json!({ "role": role })).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.string("/role/id")
}

async fn display_names(server: &TestServer, query: &str) -> Vec<Value> {
    let answer = server.get(&format!("/v3/roles{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query} {}", answer.text());
    let json = answer.json();
    json["roles"].as_array().unwrap().iter().map(|role| role["display_name"].clone()).collect()
}

#[tokio::test]
async fn roles_of_the_system_are_listed_and_found_by_their_names() {
    let server = TestServer::start().await;
    role(&server, "ours", "AX", "pca:ca:list").await;
    let own = server.owner.id();

    assert!(display_names(&server, "").await.len() >= 10);
    for (query, expected) in [
        ("?display_name=PCA%20FullAccess", vec!["PCA FullAccess"]),
        ("?name=te_admin", vec!["Tenant Administrator"]),
        ("?name=ours", vec![]),
        ("?catalog=WORKSPACE&type=domain", vec![]),
        ("?catalog=BASE&page=1&per_page=1", vec!["Security Administrator"]),
        (&format!("?domain_id={own}"), vec!["ours"]),
        ("?domain_id=x", vec![]),
    ] {
        assert_eq!(display_names(&server, query).await, expected, "{query}");
    }
    for query in ["?type=x", "?page=0&per_page=1", "?page=1"] {
        let answer = server.get(&format!("/v3/roles{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn one_role_is_shown_and_another_accounts_is_not_found() {
    let server = TestServer::start().await;
    let other = server.account("other").await;
    let id = role(&server, "ours", "XA", "workspace:ca:list").await;
    let listed = server.get("/v3/roles?name=te_admin").await;
    let system = listed.string("/roles/0/id");

    let shown = server.get(&format!("/v3/roles/{system}")).await.json();
    assert_eq!(shown["role"]["policy"]["Version"], "1.1");
    assert_eq!(shown["role"]["type"], "AA");
    let shown = server.get(&format!("/v3/roles/{id}")).await.json();
    assert_eq!(shown["role"]["catalog"], "CUSTOMED");
    assert_eq!(shown["role"]["policy"]["Statement"][0]["Action"], json!(["workspace:ca:list"]));

    let path = format!("/v3/roles/{id}");
    let strange = server.call(&other.token, Method::GET, &path, None).await;
    assert_eq!(strange.status, StatusCode::NOT_FOUND);
    assert_eq!(server.get("/v3/roles/x").await.status, StatusCode::NOT_FOUND);
}
