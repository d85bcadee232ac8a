//! `/v5/policies`

mod attachments;
mod versions;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::TestServer;

const PATH: &str = "/v5/policies";

/// A document of version 5.0 with one statement.
fn document(effect: &str, action: &str) -> String {
    let statement = json!({ "Effect": effect, "Action": [action] });
    json!({ "Version": "5.0", "Statement": [statement] }).to_string()
}

/// Makes a policy; gives its identifier.
async fn policy(server: &TestServer, name: &str, document: &str) -> String {
    let body = json!({ "policy_name": name, "policy_document": document });
    let made = server.post(PATH, body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    made.string("/policy/policy_id")
}

#[tokio::test]
async fn a_policy_is_made_listed_shown_changed_and_deleted() {
    let server = TestServer::start().await;
    let owner = &server.owner.token;

    let id = policy(&server, "reader", &document("Allow", "pca:ca:list")).await;
    let path = format!("{PATH}/{id}");
    let change = json!({ "description": "reads" });
    let changed = server.call(owner, Method::PUT, &path, Some(change)).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    let urn = format!("iam::{}:policy:{id}", server.owner.id());
    let at = "2026-05-28T20:26:40.123000Z";
    let expected = json!({
        "policy_type": "custom", "policy_name": "reader", "policy_id": id, "urn": urn, "path": "",
        "default_version_id": "v1", "attachment_count": 0, "description": "reads",
        "created_at": at, "updated_at": at,
    });
    assert_eq!(server.get(&path).await.json(), json!({ "policy": expected }));
    let listed = server.get(&format!("{PATH}?policy_type=custom")).await.json();
    let page_info = json!({ "current_count": 1 });
    assert_eq!(listed, json!({ "policies": [expected], "page_info": page_info }));

    let deleted = server.call(owner, Method::DELETE, &path, None).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get(&path).await.refusal(), "404 IAM.0004");
}

#[tokio::test]
async fn the_policies_of_the_system_are_listed_shown_and_never_changed() {
    let server = TestServer::start().await;
    policy(&server, "own", &document("Allow", "pca:ca:list")).await;

    let all = server.get(PATH).await.json();
    assert_eq!(all["page_info"]["current_count"], 11);
    let page = server.get(&format!("{PATH}?policy_type=system&limit=10")).await.json();
    assert_eq!(page["page_info"], json!({ "current_count": 10 }));
    let first = &page["policies"][0];
    assert_eq!(first["policy_type"], "system");
    let path = format!("{PATH}/{}", first["policy_id"].as_str().unwrap());
    assert_eq!(&server.get(&path).await.json()["policy"], first);
    let version = server.get(&format!("{path}/versions/v1")).await;
    let document = version.string("/policy_version/document");
    assert!(serde_json::from_str::<Value>(&document).unwrap()["Statement"].is_array());

    let deleted = server.call(&server.owner.token, Method::DELETE, &path, None).await;
    assert_eq!(deleted.refusal(), "404 IAM.0004");
}

#[tokio::test]
async fn a_role_of_version_3_is_no_policy_here() {
    let server = TestServer::start().await;
    let statement = json!({ "Effect": "Allow", "Action": ["pca:ca:list"] });
    let role = json!({ "role": { "display_name": "role", "type": "AX",
        "policy": { "Version": "1.1", "Statement": [statement] } } });
    let id = server.post("/v3.0/OS-ROLE/roles", role).await.string("/role/id");

    for method in [Method::GET, Method::DELETE] {
        let path = format!("{PATH}/{id}");
        let answer = server.call(&server.owner.token, method.clone(), &path, None).await;
        assert_eq!(answer.refusal(), "404 IAM.0004", "{method}");
    }
    let listed = server.get(&format!("{PATH}?policy_type=custom")).await.json();
    assert_eq!(listed["policies"], json!([]));
}

#[tokio::test]
async fn each_bad_request_is_refused_and_names_what_is_wrong() {
    let server = TestServer::start().await;
    let good = document("Allow", "pca:ca:list");
    policy(&server, "taken", &good).await;
    let with = |field: &str, value: Value| {
        let mut body = json!({ "policy_name": "new", "policy_document": good });
        body[field] = value;
        body
    };
    for (body, refusal, part) in [
        (with("policy_name", json!(null)), "400 IAM.0007", "policy_name"),
        (with("policy_name", json!("x".repeat(129))), "400 IAM.0007", "policy_name"),
        (with("policy_document", json!(null)), "400 IAM.0007", "policy_document"),
        (with("policy_document", json!({})), "400 IAM.0007", "policy_document"),
        (with("policy_document", json!("")), "400 IAM.0007", "document"),
        (with("policy_document", json!("{}")), "400 IAM.0007", "document"),
        (with("policy_document", json!(good.replace("5.0", "1.1"))), "400 IAM.0007", "Version"),
        (with("policy_document", json!(document("allow", "a:b:c"))), "400 IAM.0007", "Effect"),
        (
            with("policy_document", json!(document("Deny", "pca:ca:delte"))),
            "400 IAM.0007",
            "Statement[0].Action[0]: there is no action pca:ca:delte",
        ),
        (with("policy_document", json!("[]")), "400 IAM.0007", "it is a JSON object"),
        (with("description", json!("x".repeat(256))), "400 IAM.0007", "description"),
        (with("path", json!("a/b/")), "400 IAM.0007", "path"),
        (with("policy_name", json!("taken")), "409 IAM.0005", "taken"),
    ] {
        let answer = server.post(PATH, body.clone()).await;
        assert_eq!(answer.refusal(), refusal, "{body} {}", answer.text());
        assert!(answer.string("/error_msg").contains(part), "{body} {}", answer.text());
    }
    for query in ["limit=0", "policy_type=own", "only_attached=1"] {
        let answer = server.get(&format!("{PATH}?{query}")).await;
        assert_eq!(answer.refusal(), "400 IAM.0007", "{query}");
    }
}
