//! `/v5/users/{user_id}/access-keys`

use axum::http::{Method, StatusCode};
use serde_json::json;
use testkit::TestServer;

use crate::people::member;

fn path(user: &str) -> String {
    format!("/v5/users/{user}/access-keys")
}

#[tokio::test]
async fn a_key_is_made_listed_disabled_and_deleted() {
    let server = TestServer::start().await;
    let bob = member(&server, "bob").await;

    let made = server.call(&server.owner.token, Method::POST, &path(&bob.id), None).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let access = made.string("/access_key/access_key_id");
    assert_eq!(made.string("/access_key/secret_access_key").len(), 40);
    assert_eq!(made.string("/access_key/created_at"), "2026-05-28T20:26:40.123000Z");

    let one = format!("{}/{access}", path(&bob.id));
    let body = Some(json!({ "status": "inactive" }));
    let disabled = server.call(&server.owner.token, Method::PUT, &one, body).await;
    assert_eq!(disabled.status, StatusCode::OK, "{}", disabled.text());
    let listed = server.get(&path(&bob.id)).await;
    assert_eq!(
        listed.json(),
        json!({
            "access_keys": [{
                "user_id": bob.id, "access_key_id": access, "status": "inactive",
                "created_at": "2026-05-28T20:26:40.123000Z",
            }],
            "page_info": { "current_count": 1 },
        })
    );
    let late = server.call(&bob.token, Method::GET, &path(&bob.id), None).await;
    assert_eq!(late.refusal(), "401 APIGW.0307", "the tokens of its user are dead");

    let deleted = server.call(&server.owner.token, Method::DELETE, &one, None).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    let again = server.call(&server.owner.token, Method::DELETE, &one, None).await;
    assert_eq!(again.refusal(), "404 IAM.0004");
}

#[tokio::test]
async fn a_list_comes_in_pages() {
    let server = TestServer::start().await;
    let bob = member(&server, "bob").await;
    for _ in 0..2 {
        server.call(&bob.token, Method::POST, &path(&bob.id), None).await;
    }

    let first = server.get(&format!("{}?limit=1", path(&bob.id))).await;
    let marker = first.string("/page_info/next_marker");
    let second = server.get(&format!("{}?limit=1&marker={marker}", path(&bob.id))).await;

    assert_eq!(first.string("/access_keys/0/access_key_id"), marker);
    assert_ne!(second.string("/access_keys/0/access_key_id"), marker);
    assert_eq!(second.json()["page_info"], json!({ "current_count": 1 }));
    for limit in ["0", "201", "x"] {
        let answer = server.get(&format!("{}?limit={limit}", path(&bob.id))).await;
        assert_eq!(answer.refusal(), "400 IAM.0007", "{limit}");
    }
}

#[tokio::test]
async fn a_member_manages_its_own_and_no_others() {
    let server = TestServer::start().await;
    let bob = member(&server, "bob").await;
    let owner = server.owner.bootstrap.user.id.to_string();
    let access = &server.owner.bootstrap.access;

    let made = server.call(&bob.token, Method::POST, &path(&bob.id), None).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let body = json!({ "status": "inactive" });
    for (method, path, body) in [
        (Method::POST, path(&owner), None),
        (Method::GET, path(&owner), None),
        (Method::PUT, format!("{}/{access}", path(&owner)), Some(body)),
        (Method::DELETE, format!("{}/{access}", path(&owner)), None),
    ] {
        let answer = server.call(&bob.token, method.clone(), &path, body).await;
        assert_eq!(answer.refusal(), "403 IAM.0003", "{method}");
    }
    // Another's key is not found under one's own name.
    let borrowed = format!("{}/{access}", path(&bob.id));
    let answer = server.call(&bob.token, Method::DELETE, &borrowed, None).await;
    assert_eq!(answer.refusal(), "404 IAM.0004");
}

#[tokio::test]
async fn bad_requests_name_their_field() {
    let server = TestServer::start().await;
    let owner = server.owner.bootstrap.user.id.to_string();
    let one = format!("{}/{}", path(&owner), server.owner.bootstrap.access);
    for body in
        [json!({}), json!({ "status": null }), json!({ "status": "off" }), json!({ "status": 1 })]
    {
        let answer = server.call(&server.owner.token, Method::PUT, &one, Some(body.clone())).await;
        assert_eq!(answer.refusal(), "400 IAM.0007", "{body}");
        assert!(answer.string("/error_msg").contains("status"), "{body}");
    }
    assert_eq!(server.get(&path("nobody")).await.refusal(), "404 IAM.0004");
}
