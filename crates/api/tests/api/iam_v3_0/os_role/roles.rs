//! `/v3.0/OS-ROLE/roles`

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

use crate::iam_v3::groups::group;

const PATH: &str = "/v3.0/OS-ROLE/roles";

fn order(name: &str, statement: &Value) -> Value {
    json!({ "role": { "display_name": name, "type": "AX", "description": "reads",
        "policy": { "Version": "1.1", "Statement": [statement] } } })
}

fn reading() -> Value {
    json!({ "Effect": "Allow", "Action": ["pca:ca:get", "pca:ca:list"] })
}

async fn call(server: &TestServer, method: Method, path: &str, body: Option<Value>) -> Answer {
    server.call(&server.owner.token, method, path, body).await
}

#[tokio::test]
async fn a_role_is_made_listed_shown_changed_and_deleted() {
    let server = TestServer::start().await;

    let made = server.post(PATH, order("reader", &reading())).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let id = made.string("/role/id");
    let path = format!("{PATH}/{id}");
    assert_eq!(made.json()["role"]["type"], "AX");
    assert_eq!(made.json()["role"]["policy"]["Statement"], json!([reading()]));
    let listed = server.get(&format!("{PATH}?page=1&per_page=10")).await.json();
    assert_eq!((&listed["total_number"], &listed["roles"][0]["id"]), (&json!(1), &json!(id)));

    let statement = json!({ "Effect": "Deny", "Action": ["pca:*:*"] });
    let changed = call(&server, Method::PATCH, &path, Some(order("denier", &statement))).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    let shown = server.get(&path).await.json();
    assert_eq!(shown["role"]["display_name"], "denier");
    assert_eq!(shown["role"]["references"], 0);
    assert_eq!(shown["role"]["policy"]["Statement"], json!([statement]));

    assert_eq!(call(&server, Method::DELETE, &path, None).await.status, StatusCode::OK);
    assert_eq!(server.get(&path).await.refusal(), "404 IAM.0004");
    let audit = server.audit().await;
    for event in ["create_policy Done", "update_policy Done", "delete_policy Done"] {
        assert!(audit.contains(&event.to_owned()), "{event}");
    }
}

#[tokio::test]
async fn a_role_that_somebody_has_is_not_deleted() {
    let server = TestServer::start().await;
    let id = server.post(PATH, order("reader", &reading())).await.string("/role/id");
    let ops = group(&server, "ops").await;
    let given = format!("/v3/domains/{}/groups/{ops}/roles/{id}", server.owner.id());
    call(&server, Method::PUT, &given, None).await;

    let refused = call(&server, Method::DELETE, &format!("{PATH}/{id}"), None).await;
    assert_eq!(refused.refusal(), "409 IAM.0005", "{}", refused.text());

    call(&server, Method::DELETE, &format!("/v3/groups/{ops}"), None).await;
    let deleted = call(&server, Method::DELETE, &format!("{PATH}/{id}"), None).await;
    assert_eq!(deleted.status, StatusCode::OK, "{}", deleted.text());
}

#[tokio::test]
async fn each_bad_role_is_refused_and_names_what_is_wrong() {
    let server = TestServer::start().await;
    server.post(PATH, order("taken", &reading())).await;
    let with = |path: &str, value: Value| {
        let mut order = order("new", &reading());
        *order.pointer_mut(path).unwrap() = value;
        order
    };

    for (body, refusal, part) in [
        (json!({}), "400 IAM.0007", "role"),
        (with("/role/display_name", json!(null)), "400 IAM.0007", "role.display_name"),
        (with("/role/display_name", json!("x".repeat(129))), "400 IAM.0007", "role.display_name"),
        (with("/role/type", json!("YY")), "400 IAM.0007", "role.type"),
        (with("/role/type", json!(null)), "400 IAM.0007", "role.type"),
        (with("/role/description", json!("x".repeat(256))), "400 IAM.0007", "role.description"),
        (with("/role/policy", json!(null)), "400 IAM.0007", "role.policy"),
        (with("/role/policy", json!("{}")), "400 IAM.0007", "role.policy"),
        (with("/role/policy/Version", json!("5.0")), "400 IAM.0007", "Version"),
        (with("/role/policy/Statement", json!([])), "400 IAM.0007", "Statement"),
        (with("/role/policy/Statement/0/Effect", json!("allow")), "400 IAM.0007", "Effect"),
        (with("/role/policy/Statement/0/Action", json!(["pca"])), "400 IAM.0007", "Action"),
        (
            with("/role/policy/Statement/0/Action", json!(["pca:ca:get", "pca:ca:delte"])),
            "400 IAM.0007",
            "Statement[0].Action[1]: there is no action pca:ca:delte",
        ),
        (order("taken", &reading()), "409 IAM.0005", "taken"),
    ] {
        let answer = server.post(PATH, body.clone()).await;
        assert_eq!(answer.refusal(), refusal, "{body} {}", answer.text());
        assert!(answer.string("/error_msg").contains(part), "{body} {}", answer.text());
    }
    assert_eq!(server.get(PATH).await.json()["total_number"], 1);
    for query in ["?page=1", "?page=0&per_page=1", "?page=1&per_page=5001"] {
        let answer = server.get(&format!("{PATH}{query}")).await;
        assert_eq!(answer.refusal(), "400 IAM.0007", "{query}");
    }
}

#[tokio::test]
async fn a_policy_that_says_something_twice_is_refused_and_not_read_as_its_last_word() {
    let server = TestServer::start().await;
    let twice = |statement: &str| {
        format!(
            r#"{{"role": {{"display_name": "new", "type": "AX", "description": "",
                "policy": {{"Version": "1.1", "Statement": [{statement}]}}}}}}"#
        )
    };

    for (statement, part) in [
        (r#"{"Effect": "Deny", "Effect": "Allow", "Action": ["pca:ca:get"]}"#, "Effect"),
        (
            r#"{"Effect": "Allow", "Action": ["pca:ca:get"], "Condition": {
                "StringEquals": {"g:UserName": ["bob"]},
                "StringEquals": {"g:ResourceTag/team": ["blue"]}}}"#,
            "StringEquals",
        ),
    ] {
        let request = Request::post(PATH)
            .header("x-auth-token", &server.owner.token)
            .body(Body::from(twice(statement)));
        let answer = server.send(request.unwrap()).await;
        assert_eq!(answer.refusal(), "400 IAM.0007", "{statement} {}", answer.text());
        assert!(answer.string("/error_msg").contains(part), "{}", answer.text());
    }
}

#[tokio::test]
async fn the_type_of_a_role_stays_and_another_accounts_role_is_not_found() {
    let server = TestServer::start().await;
    let other = server.account("other").await;
    let id = server.post(PATH, order("reader", &reading())).await.string("/role/id");
    let path = format!("{PATH}/{id}");

    let mut other_type = order("reader", &reading());
    other_type["role"]["type"] = json!("XA");
    let refused = call(&server, Method::PATCH, &path, Some(other_type)).await;
    assert_eq!(refused.refusal(), "400 IAM.0007", "{}", refused.text());

    let body = Some(order("mine", &reading()));
    for (method, body) in [(Method::GET, None), (Method::PATCH, body), (Method::DELETE, None)] {
        let answer = server.call(&other.token, method.clone(), &path, body).await;
        assert_eq!(answer.refusal(), "404 IAM.0004", "{method}");
    }
}
