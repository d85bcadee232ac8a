//! `GET /v3/projects`

use axum::http::StatusCode;
use serde_json::{Value, json};
use testkit::TestServer;

async fn names(server: &TestServer, query: &str) -> Vec<Value> {
    let answer = server.get(&format!("/v3/projects{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}");
    answer.json()["projects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|project| project["name"].clone())
        .collect()
}

#[tokio::test]
async fn a_region_is_looked_up_by_its_name() {
    let server = TestServer::start().await;
    server.account("other").await;

    let answer = server.get("/v3/projects?name=cn-north-4").await;

    let (id, account) = (server.owner.project(), server.owner.id());
    assert_eq!(
        answer.json(),
        json!({
            "links": { "self": "/v3/projects?name=cn-north-4", "next": null, "previous": null },
            "projects": [{
                "id": id, "name": "cn-north-4", "domain_id": account, "parent_id": account,
                "description": answer.json()["projects"][0]["description"], "enabled": true,
                "is_domain": false, "links": { "self": format!("/v3/projects/{id}") },
            }],
        })
    );
}

#[tokio::test]
async fn each_filter_narrows_the_list() {
    let server = TestServer::start().await;
    let own = server.owner.id();
    let other = server.account("other").await.id();
    let all = [json!("cn-north-4")];
    let none: [Value; 0] = [];

    for query in [
        String::new(),
        "?enabled=true&is_domain=false".to_owned(),
        format!("?domain_id={own}&parent_id={own}"),
        "?page=1&per_page=10".to_owned(),
        "?name=&unknown=1".to_owned(),
    ] {
        assert_eq!(names(&server, &query).await, all, "{query}");
    }
    for query in [
        "?name=CN-NORTH-4".to_owned(),
        "?name=cn-north".to_owned(),
        "?enabled=false".to_owned(),
        "?is_domain=true".to_owned(),
        format!("?domain_id={other}"),
        format!("?parent_id={other}"),
        "?page=2&per_page=10".to_owned(),
        "?page=4294967295&per_page=5000".to_owned(),
    ] {
        assert_eq!(names(&server, &query).await, none, "{query}");
    }
}

#[tokio::test]
async fn a_filter_out_of_shape_names_itself() {
    let server = TestServer::start().await;

    for (query, field) in [
        ("?enabled=yes", "enabled"),
        ("?is_domain=1", "is_domain"),
        ("?page=0&per_page=10", "page"),
        ("?page=1&per_page=5001", "per_page"),
        ("?page=1", "per_page"),
        ("?per_page=10", "page"),
        ("?page=a&per_page=10", "page"),
        ("?name=%ff", "query"),
    ] {
        let answer = server.get(&format!("/v3/projects{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(answer.string("/error/message").contains(field), "{}", answer.text());
    }
}
