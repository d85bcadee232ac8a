//! `/v5/users`

mod access_keys;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::TestServer;

use crate::people::member;

const PATH: &str = "/v5/users";

#[tokio::test]
async fn a_user_is_made_listed_shown_changed_and_deleted() {
    let server = TestServer::start().await;
    let owner = &server.owner.token;

    let made = server.post(PATH, json!({ "name": "jane", "description": "nights" })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let id = made.string("/user/user_id");
    let urn = format!("iam::{}:user:{id}", server.owner.id());
    let mut expected = json!({
        "user_id": id, "user_name": "jane", "description": "nights", "enabled": true,
        "is_root_user": false, "urn": urn, "created_at": "2026-05-28T20:26:40.123000Z",
    });
    assert_eq!(made.json()["user"], expected);
    let listed = server.get(PATH).await.json();
    assert!(listed["users"].as_array().unwrap().contains(&expected), "{listed}");
    assert_eq!(listed["page_info"], json!({ "current_count": 2 }));

    let path = format!("{PATH}/{id}");
    let change = json!({ "new_user_name": "joan", "new_description": "", "enabled": false });
    let changed = server.call(owner, Method::PUT, &path, Some(change)).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    expected["user_name"] = json!("joan");
    expected["description"] = json!("");
    expected["enabled"] = json!(false);
    assert_eq!(changed.json()["user"], expected);
    assert_eq!(server.get(&path).await.json()["user"], expected);

    let deleted = server.call(owner, Method::DELETE, &path, None).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get(&path).await.refusal(), "404 IAM.0004");
    let audit = server.audit().await;
    for event in ["create_user Done", "update_user Done", "delete_user Done"] {
        assert!(audit.contains(&event.to_owned()), "{event}");
    }
}

#[tokio::test]
async fn users_are_listed_in_pages_and_by_group_or_key() {
    let server = TestServer::start().await;
    let bob = member(&server, "bob").await;
    let group = server.post("/v5/groups", json!({ "group_name": "ops" })).await;
    let group = group.string("/group/group_id");
    server.post(&format!("/v5/groups/{group}/add-user"), json!({ "user_id": bob.id })).await;

    let first = server.get(&format!("{PATH}?limit=1")).await;
    let marker = first.string("/page_info/next_marker");
    let second = server.get(&format!("{PATH}?limit=1&marker={marker}")).await;
    assert_ne!(first.string("/users/0/user_id"), second.string("/users/0/user_id"));
    assert_eq!(second.json()["page_info"], json!({ "current_count": 1 }));

    let of_group = server.get(&format!("{PATH}?group_id={group}")).await;
    assert_eq!(of_group.string("/users/0/user_id"), bob.id);
    assert_eq!(of_group.json()["page_info"]["current_count"], 1);
    let owner = &server.owner.bootstrap;
    let of_key = server.get(&format!("{PATH}?access_key_id={}", owner.access)).await;
    assert_eq!(of_key.string("/users/0/user_id"), owner.user.id.to_string());
    assert_eq!(of_key.json()["page_info"]["current_count"], 1);
    for query in ["group_id=nobody", "access_key_id=nobody"] {
        let answer = server.get(&format!("{PATH}?{query}")).await;
        assert_eq!(answer.refusal(), "404 IAM.0004", "{query}");
    }
}

#[tokio::test]
async fn a_member_sees_itself_and_the_owner_stays() {
    let server = TestServer::start().await;
    let bob = member(&server, "bob").await;
    let owner = format!("{PATH}/{}", server.owner.bootstrap.user.id);

    let path = format!("{PATH}/{}", bob.id);
    let itself = server.call(&bob.token, Method::GET, &path, None).await;
    assert_eq!(itself.string("/user/user_name"), "bob");
    let other = server.call(&bob.token, Method::GET, &owner, None).await;
    assert_eq!(other.refusal(), "403 IAM.0003");
    let deleted = server.call(&server.owner.token, Method::DELETE, &owner, None).await;
    assert_eq!(deleted.refusal(), "403 IAM.0002", "{}", deleted.text());
}

#[tokio::test]
async fn each_bad_request_is_refused_and_names_what_is_wrong() {
    let server = TestServer::start().await;
    let bob = member(&server, "bob").await;
    let long = |count: usize| "x".repeat(count);
    let orders: [(Value, &str, &str); 7] = [
        (json!({}), "400 IAM.0007", "name"),
        (json!({ "name": "" }), "400 IAM.0007", "name"),
        (json!({ "name": long(65) }), "400 IAM.0007", "name"),
        (json!({ "name": 1 }), "400 IAM.0007", "name"),
        (json!({ "name": "x", "description": long(256) }), "400 IAM.0007", "description"),
        (json!({ "name": "x", "enabled": "yes" }), "400 IAM.0007", "enabled"),
        (json!({ "name": "bob" }), "409 IAM.0005", "bob"),
    ];
    for (body, refusal, part) in orders {
        let answer = server.post(PATH, body.clone()).await;
        assert_eq!(answer.refusal(), refusal, "{body} {}", answer.text());
        assert!(answer.string("/error_msg").contains(part), "{body} {}", answer.text());
    }
    let changes = [
        (json!({ "new_user_name": long(65) }), "400 IAM.0007", "new_user_name"),
        (json!({ "new_description": "a\nb" }), "400 IAM.0007", "new_description"),
        (json!({ "enabled": 1 }), "400 IAM.0007", "enabled"),
        (json!({ "new_user_name": "admin" }), "409 IAM.0005", "admin"),
    ];
    for (body, refusal, part) in changes {
        let path = format!("{PATH}/{}", bob.id);
        let answer = server.call(&server.owner.token, Method::PUT, &path, Some(body.clone())).await;
        assert_eq!(answer.refusal(), refusal, "{body} {}", answer.text());
        assert!(answer.string("/error_msg").contains(part), "{body} {}", answer.text());
    }
    assert_eq!(server.get(PATH).await.json()["page_info"]["current_count"], 2);
}
