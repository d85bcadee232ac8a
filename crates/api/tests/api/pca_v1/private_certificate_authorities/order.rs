//! `POST /v1/private-certificate-authorities/order`, and what becomes of what was ordered.

use axum::http::{Method, StatusCode};
use iam::Reach;
use serde_json::{Value, json};
use testkit::{Answer, TestServer};

use super::{NOBODY, PATH, created, delete, name, pending, root, subordinate, told, with};

/// An order of so many authorities.
fn order(count: u32) -> Value {
    json!({ "cloud_service_type": "hws.service.type.ccm", "charging_mode": 0, "period_type": 3,
            "period_num": 1, "is_auto_renew": 0, "is_auto_pay": 1, "subscription_num": count,
            "product_infos": [{ "cloud_service_type": "hws.service.type.ccm",
                                "resource_type": "hws.resource.type.pca.duration",
                                "resource_spec_code": "ca.duration" }] })
}

async fn place(server: &TestServer, body: Value) -> Answer {
    server.post(&format!("{PATH}/order"), body).await
}

/// One that was ordered.
async fn ordered(server: &TestServer) -> String {
    place(server, order(1)).await.string("/ca_ids/0")
}

async fn shown(server: &TestServer, id: &str) -> Value {
    server.get(&format!("{PATH}/{id}")).await.json()
}

async fn used(server: &TestServer) -> Value {
    server.get(&format!("{PATH}/quotas")).await.json()["quotas"]["resources"][0]["used"].clone()
}

#[tokio::test]
async fn makes_pending_authorities_of_which_nothing_is_known() {
    let server = TestServer::start().await;
    let project = json!("0a1b2c3d-0000-0000-0000-00000000000a");

    let answer = place(&server, with(order(2), "/enterprise_project_id", project.clone())).await;

    let ids = answer.json()["ca_ids"].clone();
    assert_eq!((ids.as_array().unwrap().len(), used(&server).await), (2, json!(2)));
    let id = ids[0].as_str().unwrap();
    let told = told(&server, "order_authority", id).await;
    assert!(told.ends_with(&format!("order {}", answer.string("/order_id"))), "{told}");
    let one = shown(&server, id).await;
    assert_eq!((&one["status"], &one["charging_mode"]), (&json!("PENDING"), &json!(0)));
    assert_eq!(one["enterprise_project_id"], project);
    for member in
        ["type", "distinguished_name", "key_algorithm", "signature_algorithm", "serial_number"]
    {
        assert_eq!(one[member], json!(null), "{member}");
    }
    let listed = server.get(&format!("{PATH}?status=PENDING")).await.json();
    assert_eq!(listed["total"], 2);
    for kind in ["ROOT", "SUBORDINATE"] {
        assert_eq!(server.get(&format!("{PATH}?type={kind}")).await.json()["total"], 0, "{kind}");
    }
}

#[tokio::test]
async fn activation_with_the_whole_body_makes_a_root_without_an_issuer() {
    let server = TestServer::start().await;
    let id = ordered(&server).await;

    let answer = server.post(&format!("{PATH}/{id}/activate"), root("Root")).await;

    assert_eq!(
        (answer.status, answer.body.len()),
        (StatusCode::NO_CONTENT, 0),
        "{}",
        answer.text()
    );
    let shown = shown(&server, &id).await;
    assert_eq!((&shown["status"], &shown["type"]), (&json!("ACTIVED"), &json!("ROOT")));
    assert_eq!((&shown["charging_mode"], &shown["path_length"]), (&json!(0), &json!(7)));
    assert_eq!(shown["distinguished_name"], name("Root"));
    assert_eq!(used(&server).await, json!(1));
    let child = created(&server, subordinate("Child", &id, 0)).await;
    assert_eq!(super::status(&server, &child).await, "ACTIVED");
    let again = server.post(&format!("{PATH}/{id}/activate"), root("Root")).await;
    assert_eq!(again.refusal(), "403 PCA.00030201", "{}", again.text());
    assert!(again.string("/error_msg").contains("is ACTIVED;"), "{}", again.text());
}

#[tokio::test]
async fn activation_makes_a_subordinate_of_an_issuer() {
    let server = TestServer::start().await;
    let issuer = created(&server, root("Root")).await;
    let id = ordered(&server).await;

    let body = subordinate("Sub", &issuer, 1);
    let answer = server.post(&format!("{PATH}/{id}/activate"), body).await;

    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
    let shown = shown(&server, &id).await;
    assert_eq!((&shown["issuer_id"], &shown["path_length"]), (&json!(issuer), &json!(1)));
    assert_eq!((&shown["gen_mode"], &shown["charging_mode"]), (&json!("GENERATE"), &json!(0)));
}

#[tokio::test]
async fn creation_with_its_identifier_fills_it_and_nothing_else_is_made() {
    let server = TestServer::start().await;
    let (first, second) = (ordered(&server).await, ordered(&server).await);

    for (id, body, status) in
        [(&first, root("Root"), "ACTIVED"), (&second, pending("Waiting"), "PENDING")]
    {
        let answer = server.post(PATH, with(body, "/ca_id", json!(id))).await;
        assert_eq!(answer.string("/ca_id"), *id, "{}", answer.text());
        assert_eq!(super::status(&server, id).await, status);
    }
    assert_eq!(used(&server).await, json!(2));
    let csr = server.get(&format!("{PATH}/{second}/csr")).await;
    assert_eq!(csr.status, StatusCode::OK, "{}", csr.text());
    for (id, refusal) in [
        (first.as_str(), "403 PCA.00030201"),
        (&second, "403 PCA.00030201"),
        (NOBODY, "404 PCA.10010002"),
        ("x", "400 PCA.00020201"),
    ] {
        let answer = server.post(PATH, with(root("Other"), "/ca_id", json!(id))).await;
        assert_eq!(answer.refusal(), refusal, "{id}: {}", answer.text());
    }
}

#[tokio::test]
async fn an_ordered_one_is_moved_only_into_a_project_where_the_caller_may_activate() {
    let server = TestServer::start().await;
    let (own, other) =
        ("0a1b2c3d-0000-0000-0000-00000000000a", "0a1b2c3d-0000-0000-0000-00000000000b");
    let within = json!([{ "Effect": "Allow", "Action": ["pca:ca:activate", "pca:ca:create"],
        "Condition": { "StringEquals": { "g:EnterpriseProjectId": own } } }]);
    let policy = server.policy("own project", within).await;
    let member = server.member("member", &[(policy, Reach::Everywhere)]).await;
    let order = with(order(1), "/enterprise_project_id", json!(own));
    let id = place(&server, order).await.string("/ca_ids/0");
    let fill = |project| with(root("Root"), "/enterprise_project_id", json!(project));

    for (path, body) in [
        (format!("{PATH}/{id}/activate"), fill(other)),
        (PATH.to_owned(), with(fill(other), "/ca_id", json!(id))),
    ] {
        let answer = server.call(&member.token, Method::POST, &path, Some(body)).await;
        assert_eq!(answer.refusal(), "403 PCA.00010004", "{path}: {}", answer.text());
    }
    assert_eq!(shown(&server, &id).await["status"], "PENDING");
    let path = format!("{PATH}/{id}/activate");
    let answer = server.call(&member.token, Method::POST, &path, Some(fill(own))).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
}

#[tokio::test]
async fn an_ordered_one_does_nothing_before_it_is_activated() {
    let server = TestServer::start().await;
    let id = ordered(&server).await;

    assert_eq!(server.get(&format!("{PATH}/{id}/csr")).await.refusal(), "403 PCA.00030201");
    let issuer = created(&server, root("Root")).await;
    let exported = super::act(&server, &issuer, "export").await;
    let import = json!({ "certificate": exported.string("/certificate") });
    let answer = server.post(&format!("{PATH}/{id}/import"), import).await;
    assert_eq!(answer.refusal(), "403 PCA.00030201", "{}", answer.text());
    assert!(answer.string("/error_msg").contains("activate it"), "{}", answer.text());
    for call in ["disable", "enable", "export", "restore"] {
        let answer = super::act(&server, &id, call).await;
        assert_eq!(answer.refusal(), "403 PCA.00030201", "{call}: {}", answer.text());
    }
    let refused = server.post(PATH, subordinate("Child", &id, 0)).await;
    assert_eq!(refused.status.as_u16() / 100, 4, "{}", refused.text());
    let found = server.post(&format!("{PATH}/resource-instances/filter"), json!({})).await.json();
    let found = found["resources"].as_array().unwrap().iter().find(|one| one["resource_id"] == id);
    assert_eq!(found.unwrap()["resource_name"], "");
}

#[tokio::test]
async fn an_ordered_one_is_deleted_at_once_and_leaves_room() {
    let server = TestServer::start().await;
    let id = ordered(&server).await;

    let answer = delete(&server, &id, "").await;

    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
    assert_eq!(server.get(&format!("{PATH}/{id}")).await.refusal(), "404 PCA.10010002");
    assert_eq!(used(&server).await, json!(0));
}

#[tokio::test]
async fn more_than_the_quota_leaves_room_for_are_refused_whole() {
    let rules = pki::Settings { authority_quota: Some(3), ..pki::Settings::default() };
    let server = TestServer::start_with(api::Settings::default(), rules).await;
    created(&server, pending("Waiting")).await;

    let answer = place(&server, order(3)).await;

    assert_eq!(answer.refusal(), "403 PCA.00030401");
    assert!(answer.string("/error_msg").contains("may have 3"), "{}", answer.text());
    assert_eq!(used(&server).await, json!(1));
    assert_eq!(place(&server, order(2)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_bad_parameter_is_named_and_orders_nothing() {
    let server = TestServer::start().await;

    for (pointer, value) in [
        ("/cloud_service_type", json!("hws.service.type.ecs")),
        ("/charging_mode", json!(1)),
        ("/period_type", json!(4)),
        ("/period_num", json!(0)),
        ("/is_auto_renew", json!(2)),
        ("/is_auto_pay", json!(-1)),
        ("/subscription_num", json!(0)),
        ("/subscription_num", json!(101)),
        ("/subscription_num", json!("1")),
        ("/promotion_info", json!("x".repeat(2049))),
        ("/enterprise_project_id", json!("x")),
        ("/product_infos", json!([])),
        ("/product_infos/0/resource_type", json!("other")),
        ("/product_infos/0/resource_spec_code", json!(null)),
    ] {
        let answer = place(&server, with(order(1), pointer, value.clone())).await;
        assert_eq!(answer.refusal(), "400 PCA.00020001", "{pointer} {value}");
        let named = pointer.trim_start_matches('/').replace("/0/", "[0].");
        let text = format!("Invalid parameter {named}:");
        assert!(answer.string("/error_msg").starts_with(&text), "{}", answer.text());
    }
    assert_eq!(used(&server).await, json!(0));
}
