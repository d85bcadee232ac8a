//! `/v5/groups`

use axum::http::{Method, StatusCode};
use serde_json::json;
use testkit::TestServer;

use crate::people::member;

const PATH: &str = "/v5/groups";

#[tokio::test]
async fn a_group_is_made_listed_shown_changed_and_deleted() {
    let server = TestServer::start().await;
    let owner = &server.owner.token;

    let made = server.post(PATH, json!({ "group_name": "ops", "description": "nights" })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let id = made.string("/group/group_id");
    let urn = format!("iam::{}:group:{id}", server.owner.id());
    let mut expected = json!({
        "group_id": id, "group_name": "ops", "description": "nights", "urn": urn,
        "created_at": "2026-05-28T20:26:40.123000Z",
    });
    assert_eq!(made.json()["group"], expected);
    let listed = server.get(PATH).await.json();
    let page_info = json!({ "current_count": 1 });
    assert_eq!(listed, json!({ "groups": [expected], "page_info": page_info }));

    let path = format!("{PATH}/{id}");
    let change = json!({ "new_group_name": "days", "new_group_description": "" });
    let changed = server.call(owner, Method::PUT, &path, Some(change)).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    expected["group_name"] = json!("days");
    expected["description"] = json!("");
    assert_eq!(server.get(&path).await.json()["group"], expected);

    let deleted = server.call(owner, Method::DELETE, &path, None).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get(&path).await.refusal(), "404 IAM.0004");
}

#[tokio::test]
async fn a_user_comes_goes_and_sees_its_groups() {
    let server = TestServer::start().await;
    let bob = member(&server, "bob").await;
    let id = server.post(PATH, json!({ "group_name": "ops" })).await.string("/group/group_id");
    let of_bob = format!("{PATH}?user_id={}", bob.id);
    let body = json!({ "user_id": bob.id });

    for _ in 0..2 {
        let added = server.post(&format!("{PATH}/{id}/add-user"), body.clone()).await;
        assert_eq!(added.status, StatusCode::OK, "{}", added.text());
    }
    let seen = server.call(&bob.token, Method::GET, &of_bob, None).await;
    assert_eq!(seen.string("/groups/0/group_id"), id);
    let all = server.call(&bob.token, Method::GET, PATH, None).await;
    assert_eq!(all.refusal(), "403 IAM.0003");

    let removed = server.post(&format!("{PATH}/{id}/remove-user"), body.clone()).await;
    assert_eq!(removed.status, StatusCode::OK, "{}", removed.text());
    assert_eq!(server.get(&of_bob).await.json()["groups"], json!([]));
    let again = server.post(&format!("{PATH}/{id}/remove-user"), body).await;
    assert_eq!(again.refusal(), "404 IAM.0004");
}

#[tokio::test]
async fn pages_lead_through_all_groups_and_leave_none_out() {
    let server = TestServer::start().await;
    let mut made = Vec::new();
    for number in 0..5 {
        let group = server.post(PATH, json!({ "group_name": number.to_string() })).await;
        made.push(group.string("/group/group_id"));
    }
    made.sort();

    let (mut seen, mut marker) = (Vec::new(), String::new());
    for expected in [2, 2, 1] {
        let page = server.get(&format!("{PATH}?limit=2{marker}")).await.json();
        let groups = page["groups"].as_array().unwrap().clone();
        assert_eq!(page["page_info"]["current_count"], expected);
        assert_eq!(groups.len(), expected);
        seen.extend(groups.iter().map(|group| group["group_id"].as_str().unwrap().to_owned()));
        let next = page["page_info"]["next_marker"].as_str();
        assert_eq!(next.is_some(), seen.len() < made.len(), "{page}");
        marker = format!("&marker={}", next.unwrap_or_default());
    }

    assert_eq!(seen, made);
}

#[tokio::test]
async fn each_bad_request_is_refused_and_names_what_is_wrong() {
    let server = TestServer::start().await;
    let id = server.post(PATH, json!({ "group_name": "taken" })).await.string("/group/group_id");
    let add = format!("{PATH}/{id}/add-user");
    let remove = format!("{PATH}/{id}/remove-user");
    for (path, body, refusal, part) in [
        (PATH, json!({}), "400 IAM.0007", "group_name"),
        (PATH, json!({ "group_name": "x".repeat(129) }), "400 IAM.0007", "group_name"),
        (PATH, json!({ "group_name": ["x"] }), "400 IAM.0007", "group_name"),
        (PATH, json!({ "group_name": "x", "description": "\u{7}" }), "400 IAM.0007", "description"),
        (PATH, json!({ "group_name": "taken" }), "409 IAM.0005", "taken"),
        (&add, json!({}), "400 IAM.0007", "user_id"),
        (&add, json!({ "user_id": "nobody" }), "404 IAM.0004", "nobody"),
        (&remove, json!({ "user_id": "" }), "400 IAM.0007", "user_id"),
        (&remove, json!({ "user_id": "nobody" }), "404 IAM.0004", "nobody"),
    ] {
        let answer = server.post(path, body.clone()).await;
        assert_eq!(answer.refusal(), refusal, "{body} {}", answer.text());
        assert!(answer.string("/error_msg").contains(part), "{body} {}", answer.text());
    }
    let body = json!({ "new_group_name": "x".repeat(129) });
    let path = format!("{PATH}/{id}");
    let answer = server.call(&server.owner.token, Method::PUT, &path, Some(body)).await;
    assert_eq!(answer.refusal(), "400 IAM.0007");
}
