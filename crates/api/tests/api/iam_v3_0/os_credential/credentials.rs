//! `/v3.0/OS-CREDENTIAL/credentials`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

use crate::people::{local, member};
use crate::signing::Unsigned;

const PATH: &str = "/v3.0/OS-CREDENTIAL/credentials";
/// What the kit's clock shows at the start.
const NOW: &str = "20260528T202640Z";

fn own(server: &TestServer) -> String {
    server.owner.bootstrap.user.id.to_string()
}

async fn create(server: &TestServer, user: &str, description: &str) -> Answer {
    let body = json!({ "credential": { "user_id": user, "description": description } });
    server.post(PATH, body).await
}

async fn put(server: &TestServer, access: &str, change: Value) -> Answer {
    let body = json!({ "credential": change });
    let path = format!("{PATH}/{access}");
    server.call(&server.owner.token, Method::PUT, &path, Some(body)).await
}

/// A request signed with this key.
async fn signed(server: &TestServer, access: &str, secret: &str) -> Answer {
    let path = "/v5/caller-identity";
    let request = Unsigned { method: Method::GET, path, query: "", body: "", date: NOW };
    server.send(request.signed_with((access, secret), None)).await
}

#[tokio::test]
async fn a_new_key_signs_and_its_secret_is_shown_this_once() {
    let server = TestServer::start().await;

    let made = create(&server, &own(&server), "deploys").await;

    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let (access, secret) = (made.string("/credential/access"), made.string("/credential/secret"));
    let mut expected = json!({ "credential": {
        "user_id": own(&server), "access": access, "status": "active", "description": "deploys",
        "create_time": "2026-05-28T20:26:40.123000Z",
    }});
    let shown = server.get(&format!("{PATH}/{access}")).await;
    assert_eq!(shown.json(), expected);
    expected["credential"]["secret"] = json!(secret);
    assert_eq!(made.json(), expected);
    assert_eq!(signed(&server, &access, &secret).await.status, StatusCode::OK);
    assert!(server.audit().await.contains(&"create_access_key Done".to_owned()));
}

#[tokio::test]
async fn a_user_has_two_keys_and_a_list_of_them() {
    let server = TestServer::start().await;
    let second = create(&server, &own(&server), "").await.string("/credential/access");

    let third = create(&server, &own(&server), "").await;
    let listed = server.get(PATH).await;

    assert_eq!(third.refusal(), "409 IAM.0005");
    let keys = listed.json();
    let keys: Vec<&str> = keys["credentials"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["access"].as_str().unwrap())
        .collect();
    let mut expected = [server.owner.bootstrap.access.as_str(), second.as_str()];
    expected.sort_by_key(|access| *access == second);
    assert_eq!(keys.len(), 2);
    assert!(expected.iter().all(|access| keys.contains(access)), "{keys:?}");
    assert!(!listed.text().contains("secret"));
    let named = server.get(&format!("{PATH}?user_id={}", own(&server))).await;
    assert_eq!(named.json(), listed.json());
}

#[tokio::test]
async fn a_disabled_key_signs_nothing_and_ends_its_users_tokens() {
    let server = TestServer::start().await;
    let made = create(&server, &own(&server), "").await;
    let (access, secret) = (made.string("/credential/access"), made.string("/credential/secret"));

    let answer = put(&server, &access, json!({ "status": "inactive" })).await;

    assert_eq!(
        (answer.status, answer.string("/credential/status").as_str()),
        (StatusCode::OK, "inactive")
    );
    assert_eq!(signed(&server, &access, &secret).await.refusal(), "401 APIGW.0301");
    assert_eq!(server.get(PATH).await.refusal(), "401 APIGW.0307");
    let bootstrap = &server.owner.bootstrap;
    let other = signed(&server, &bootstrap.access, &bootstrap.secret).await;
    assert_eq!(other.status, StatusCode::OK, "the other key goes on");

    let token = server.token(&server.owner, testkit::TestScope::Domain).await;
    let path = format!("{PATH}/{access}");
    let body = json!({ "credential": { "status": "active", "description": "again" } });
    let answer = server.call(&token, Method::PUT, &path, Some(body)).await;
    assert_eq!(answer.string("/credential/description"), "again");
    assert_eq!(signed(&server, &access, &secret).await.status, StatusCode::OK);
    assert_eq!(server.call(&token, Method::GET, PATH, None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_deleted_key_is_gone() {
    let server = TestServer::start().await;
    let made = create(&server, &own(&server), "").await;
    let path = format!("{PATH}/{}", made.string("/credential/access"));

    let answer = server.call(&server.owner.token, Method::DELETE, &path, None).await;

    assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
    let token = server.token(&server.owner, testkit::TestScope::Domain).await;
    for method in [Method::GET, Method::DELETE] {
        let answer = server.call(&token, method, &path, None).await;
        assert_eq!(answer.refusal(), "404 IAM.0004");
    }
}

#[tokio::test]
async fn a_member_has_its_own_keys_without_a_policy_and_no_others() {
    let server = TestServer::start().await;
    let bob = member(&server, "bob").await;
    let body = |user: &str| json!({ "credential": { "user_id": user } });
    let as_bob = async |method: Method, path: &str, body: Option<Value>| {
        server.call(&bob.token, method, path, body).await
    };

    let made = as_bob(Method::POST, PATH, Some(body(&bob.id))).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let listed = as_bob(Method::GET, PATH, None).await;
    assert_eq!(listed.json()["credentials"].as_array().unwrap().len(), 1);
    let path = format!("{PATH}/{}", made.string("/credential/access"));
    assert_eq!(as_bob(Method::GET, &path, None).await.status, StatusCode::OK);

    let others = format!("{PATH}/{}", server.owner.bootstrap.access);
    let change = json!({ "credential": { "status": "inactive" } });
    for (method, path, body) in [
        (Method::POST, PATH.to_owned(), Some(body(&own(&server)))),
        (Method::GET, format!("{PATH}?user_id={}", own(&server)), None),
        (Method::GET, others.clone(), None),
        (Method::PUT, others.clone(), Some(change)),
        (Method::DELETE, others, None),
        (Method::GET, format!("{PATH}/{}", "A".repeat(20)), None),
    ] {
        let answer = as_bob(method.clone(), &path, body).await;
        assert_eq!(answer.refusal(), "403 IAM.0003", "{method} {path}");
        assert!(answer.string("/error_msg").starts_with("Policy doesn't allow iam:credentials:"));
    }
    assert!(server.audit().await.contains(&"authorize Refused".to_owned()));
}

#[tokio::test]
async fn another_accounts_users_and_keys_do_not_exist() {
    let server = TestServer::start().await;
    let other = server.account("other").await;
    let user = other.bootstrap.user.id.to_string();

    assert_eq!(create(&server, &user, "").await.refusal(), "404 IAM.0004");
    let listed = server.get(&format!("{PATH}?user_id={user}")).await;
    assert_eq!(listed.refusal(), "404 IAM.0004");
    let path = format!("{PATH}/{}", other.bootstrap.access);
    assert_eq!(server.get(&path).await.refusal(), "404 IAM.0004");
    let changed = put(&server, &other.bootstrap.access, json!({ "status": "inactive" })).await;
    assert_eq!(changed.refusal(), "404 IAM.0004");
    let bootstrap = &other.bootstrap;
    let still = signed(&server, &bootstrap.access, &bootstrap.secret).await;
    assert_eq!(still.status, StatusCode::OK);
}

#[tokio::test]
async fn bad_requests_name_their_field() {
    let server = TestServer::start().await;
    let long = "d".repeat(256);
    let user = own(&server);
    for (body, field) in [
        (json!({}), "credential"),
        (json!({ "credential": null }), "credential"),
        (json!({ "credential": [] }), "credential"),
        (json!({ "credential": {} }), "credential.user_id"),
        (json!({ "credential": { "user_id": 7 } }), "credential.user_id"),
        (json!({ "credential": { "user_id": user, "description": 7 } }), "description"),
        (json!({ "credential": { "user_id": user, "description": long } }), "description"),
        (json!({ "credential": { "user_id": user, "description": "a\nb" } }), "description"),
    ] {
        let answer = server.post(PATH, body.clone()).await;
        assert_eq!(answer.refusal(), "400 IAM.0007", "{body}");
        assert!(answer.string("/error_msg").contains(field), "{body}: {}", answer.text());
    }
    let access = server.owner.bootstrap.access.clone();
    for (change, field) in [
        (json!({}), "credential"),
        (json!({ "status": "deleted" }), "credential.status"),
        (json!({ "status": "Active" }), "credential.status"),
        (json!({ "status": true }), "credential.status"),
        (json!({ "description": long }), "credential.description"),
    ] {
        let answer = put(&server, &access, change.clone()).await;
        assert_eq!(answer.refusal(), "400 IAM.0007", "{change}");
        assert!(answer.string("/error_msg").contains(field), "{change}: {}", answer.text());
    }
    assert_eq!(create(&server, "nobody", "").await.refusal(), "404 IAM.0004");
}

#[tokio::test]
async fn what_was_admitted_before_a_key_was_disabled_does_not_become_true() {
    let server = TestServer::start().await;
    let bootstrap = &server.owner.bootstrap;
    let caller = server.iam.authenticate_token(&server.owner.token, local()).await.unwrap();

    let answer = put(&server, &bootstrap.access, json!({ "status": "inactive" })).await;
    assert_eq!(answer.status, StatusCode::OK);

    let late = server.iam.create_access_key(caller.author(), caller.user_id(), "").await;
    assert!(matches!(late, Err(iam::Error::Conflict)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_becomes_true_behind_the_disabling_of_a_key_under_load() {
    for _ in 0..10 {
        let server = TestServer::start().await;
        let body = r#"{"name":"n","domain_name":"a.example","private_key_algo":"EC_P256",
                       "usage":"PERSONAL"}"#;
        let path = "/v3/scm/csr";
        let unsigned = Unsigned { method: Method::POST, path, query: "", body, date: NOW };
        let create = async || server.send(unsigned.signed(&server.owner)).await.status;
        let creates = futures_util::future::join_all((0..32).map(|_| create()));
        let (author, _) = server.iam.local_author(None, None, local()).await.unwrap();
        let change = iam::AccessKeyChange { state: Some(iam::State::Disabled), description: None };
        let done = async || server.audit().await.iter().filter(|e| *e == "create_csr Done").count();
        let disable = async {
            tokio::time::sleep(std::time::Duration::from_millis(3)).await;
            let access = &server.owner.bootstrap.access;
            server.iam.update_access_key(&author, access, &change).await.unwrap();
            done().await
        };

        let (at_the_end, statuses) = tokio::join!(disable, creates);

        assert_eq!(done().await, at_the_end, "something was made behind the end of its key");
        let made = statuses.iter().filter(|status| **status == StatusCode::CREATED).count();
        assert_eq!(made, at_the_end);
        assert_eq!(create().await, StatusCode::UNAUTHORIZED);
    }
}
