//! Whom a policy is attached to: `attach-…`, `detach-…`, `attached-…`

use axum::http::{Method, StatusCode};
use serde_json::json;
use testkit::TestServer;

use super::{PATH, document, policy};
use crate::people::member;

#[tokio::test]
async fn what_is_attached_to_a_user_or_its_group_counts_until_it_is_detached() {
    let server = TestServer::start().await;
    let bob = member(&server, "bob").await;
    let group = server.post("/v5/groups", json!({ "group_name": "ops" })).await;
    let group = group.string("/group/group_id");
    server.post(&format!("/v5/groups/{group}/add-user"), json!({ "user_id": bob.id })).await;
    let id = policy(&server, "reader", &document("Allow", "pca:ca:list")).await;

    for (kind, who) in [("user", &bob.id), ("group", &group)] {
        let may = async || {
            let path = "/v1/private-certificate-authorities";
            server.call(&bob.token, Method::GET, path, None).await.status == StatusCode::OK
        };
        let body = json!({ format!("{kind}_id"): who });
        assert!(!may().await, "{kind}");
        let attached = server.post(&format!("{PATH}/{id}/attach-{kind}"), body.clone()).await;
        assert_eq!(attached.status, StatusCode::OK, "{}", attached.text());
        assert!(may().await, "{kind}");

        let entities = server.get(&format!("{PATH}/{id}/attached-entities")).await;
        assert_eq!(&entities.string(&format!("/policy_{kind}s/0/{kind}_id")), who);
        assert_eq!(entities.json()["page_info"], json!({ "current_count": 1 }));
        let other = format!("{PATH}/{id}/attached-entities?entity_type=agency");
        assert_eq!(server.get(&other).await.json()["page_info"]["current_count"], 0);
        let of = server.get(&format!("/v5/{kind}s/{who}/attached-policies")).await;
        assert_eq!(of.string("/attached_policies/0/policy_id"), id);
        assert_eq!(of.string("/attached_policies/0/policy_name"), "reader");
        let shown = server.get(&format!("{PATH}?only_attached=true")).await.json();
        assert_eq!(shown["page_info"]["current_count"], 1);
        assert_eq!(shown["policies"][0]["attachment_count"], 1);
        let path = format!("{PATH}/{id}");
        let deleted = server.call(&server.owner.token, Method::DELETE, &path, None).await;
        assert_eq!(deleted.refusal(), "409 IAM.0005");

        let detached = server.post(&format!("{PATH}/{id}/detach-{kind}"), body.clone()).await;
        assert_eq!(detached.status, StatusCode::OK, "{}", detached.text());
        assert!(!may().await, "{kind}");
        let again = server.post(&format!("{PATH}/{id}/detach-{kind}"), body).await;
        assert_eq!(again.refusal(), "404 IAM.0004");
    }
}

#[tokio::test]
async fn what_version_3_gives_within_a_project_is_not_shown() {
    let server = TestServer::start().await;
    let group = server.post("/v5/groups", json!({ "group_name": "ops" })).await;
    let group = group.string("/group/group_id");
    let system = server.get(&format!("{PATH}?policy_type=system&limit=1")).await;
    let id = system.string("/policies/0/policy_id");
    let given = format!("/v3/domains/{}/groups/{group}/roles/{id}", server.owner.id());
    let answer = server.call(&server.owner.token, Method::PUT, &given, None).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
    let path = format!("/v5/groups/{group}/attached-policies");
    assert_eq!(server.get(&path).await.json()["attached_policies"], json!([]));

    server.post(&format!("{PATH}/{id}/attach-group"), json!({ "group_id": group })).await;
    let shown = server.get(&path).await;
    assert_eq!(shown.string("/attached_policies/0/policy_id"), id);
    assert_eq!(shown.string("/attached_policies/0/urn"), format!("iam::system:policy:{id}"));
}

#[tokio::test]
async fn each_bad_request_is_refused() {
    let server = TestServer::start().await;
    let id = policy(&server, "reader", &document("Allow", "pca:ca:list")).await;
    for verb in ["attach", "detach"] {
        for kind in ["user", "group"] {
            let path = format!("{PATH}/{id}/{verb}-{kind}");
            let field = format!("{kind}_id");
            for (body, refusal) in [
                (json!({}), "400 IAM.0007"),
                (json!({ &field: "" }), "400 IAM.0007"),
                (json!({ &field: 1 }), "400 IAM.0007"),
                (json!({ &field: "nobody" }), "404 IAM.0004"),
            ] {
                let answer = server.post(&path, body.clone()).await;
                assert_eq!(answer.refusal(), refusal, "{path} {body} {}", answer.text());
            }
        }
    }
    let answer = server.get(&format!("{PATH}/{id}/attached-entities?entity_type=x")).await;
    assert_eq!(answer.refusal(), "400 IAM.0007");
    assert_eq!(server.get(&format!("{PATH}/x/attached-entities")).await.refusal(), "404 IAM.0004");
}
