//! `POST /v3/groups`

use axum::http::{Method, StatusCode};
use serde_json::json;
use testkit::TestServer;

#[tokio::test]
async fn a_group_is_made_and_audited() {
    let server = TestServer::start().await;
    let account = server.owner.id();

    let body = json!({ "group": { "name": "运维 ops", "description": "d", "domain_id": account } });
    let answer = server.post("/v3/groups", body).await;

    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let id = answer.string("/group/id");
    assert_eq!(
        answer.json(),
        json!({ "group": {
            "id": id, "name": "运维 ops", "domain_id": account, "description": "d",
            "create_time": answer.json()["group"]["create_time"],
            "links": { "self": format!("/v3/groups/{id}"), "next": null, "previous": null },
        }})
    );
    assert!(answer.json()["group"]["create_time"].is_i64());
    assert!(server.audit().await.contains(&"create_group Done".to_owned()));
}

#[tokio::test]
async fn each_bad_request_is_refused_and_names_what_is_wrong() {
    let server = TestServer::start().await;
    let other = server.account("other").await;
    server.post("/v3/groups", json!({ "group": { "name": "taken" } })).await;

    for (group, status, part) in [
        (json!({}), 400, "group.name"),
        (json!({ "name": "x".repeat(129) }), 400, "group.name"),
        (json!({ "name": "a\u{202e}b" }), 400, "group.name"),
        (json!({ "name": true }), 400, "group.name"),
        (json!({ "name": "a", "description": "x".repeat(256) }), 400, "group.description"),
        (json!({ "name": "a", "domain_id": other.id() }), 404, "domain"),
        (json!({ "name": "taken" }), 409, "taken"),
    ] {
        let answer = server.post("/v3/groups", json!({ "group": group })).await;
        assert_eq!(answer.status.as_u16(), status, "{group} {}", answer.text());
        assert!(answer.string("/error/message").contains(part), "{group} {}", answer.text());
    }
    let body = json!({ "group": { "name": "taken" } });
    let elsewhere = server.call(&other.token, Method::POST, "/v3/groups", Some(body)).await;
    assert_eq!(elsewhere.status, StatusCode::CREATED);
}

#[tokio::test]
async fn an_account_has_a_hundred_groups_and_what_was_deleted_makes_room() {
    let server = TestServer::start().await;
    let mut last = String::new();
    for number in 0..100 {
        last = super::group(&server, &format!("g{number}")).await;
    }

    let full = server.post("/v3/groups", json!({ "group": { "name": "full" } })).await;
    assert_eq!(full.status, StatusCode::FORBIDDEN, "{}", full.text());

    let path = format!("/v3/groups/{last}");
    server.call(&server.owner.token, Method::DELETE, &path, None).await;
    super::group(&server, "fits").await;
}
