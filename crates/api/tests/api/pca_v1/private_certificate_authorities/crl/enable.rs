//! `POST /v1/private-certificate-authorities/{ca_id}/crl/enable`

use axum::http::StatusCode;
use serde_json::{Value, json};
use testkit::{BUCKET, PUBLIC_URL, TestServer};

use super::super::{act, created, pending, root, schedule, told, with};
use super::{disable, enable, shown, wish, with_agency};

#[tokio::test]
async fn shows_where_the_crl_is_to_be_found() {
    let server = with_agency().await;
    let id = created(&server, root("Root")).await;

    let answer = enable(&server, &id, wish(Some("root-1"))).await;

    assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
    assert!(told(&server, "enable_crl", &id).await.starts_with("User"));
    assert_eq!(
        shown(&server, &id).await,
        json!({ "enabled": true, "crl_name": "root-1", "obs_bucket_name": BUCKET, "valid_days": 8,
                "crl_dis_point": format!("{PUBLIC_URL}/crl/{BUCKET}/root-1.crl") })
    );
}

#[tokio::test]
async fn without_a_name_it_has_that_of_the_authority() {
    let server = with_agency().await;
    for name in [None, Some("")] {
        let id = created(&server, root("Root")).await;

        enable(&server, &id, wish(name)).await;

        assert_eq!(shown(&server, &id).await["crl_name"], id);
    }
}

#[tokio::test]
async fn a_creation_and_an_activation_can_ask_for_it() {
    let server = with_agency().await;
    let asked = with(wish(None), "/enabled", json!(true));
    let at_once = created(&server, with(root("Root"), "/crl_configuration", asked.clone())).await;
    let kept = created(&server, with(pending("Sub"), "/crl_configuration", asked)).await;

    let issuance = json!({ "issuer_id": at_once, "signature_algorithm": "SHA256",
                           "validity": { "type": "YEAR", "value": 1 } });
    let path = format!("{}/{kept}/activate", super::PATH);
    assert_eq!(server.post(&path, issuance).await.status, StatusCode::NO_CONTENT);

    for id in [at_once, kept] {
        assert_eq!(shown(&server, &id).await["enabled"], true);
        let due = server.pki.crls_due(10).await.unwrap();
        assert!(due.iter().any(|(list, _)| list.to_string() == id), "{due:?}");
    }
}

#[tokio::test]
async fn a_disabled_authority_may_and_others_are_refused_by_name() {
    let server = with_agency().await;
    let disabled = created(&server, root("Disabled")).await;
    act(&server, &disabled, "disable").await;
    let waiting = created(&server, pending("Sub")).await;
    let deleted = created(&server, root("Deleted")).await;
    schedule(&server, &deleted).await;

    assert_eq!(enable(&server, &disabled, wish(None)).await.status, StatusCode::NO_CONTENT);
    for (id, word) in [(waiting, "PENDING"), (deleted, "DELETED")] {
        let answer = enable(&server, &id, wish(None)).await;
        assert_eq!(answer.refusal(), "403 PCA.00030201");
        assert!(answer.string("/error_msg").contains(word), "{}", answer.text());
    }
}

#[tokio::test]
async fn the_same_again_is_no_change_and_another_configuration_is_refused() {
    let server = with_agency().await;
    let id = created(&server, root("Root")).await;
    enable(&server, &id, wish(Some("a"))).await;

    assert_eq!(enable(&server, &id, wish(Some("a"))).await.status, StatusCode::NO_CONTENT);
    let other = enable(&server, &id, wish(Some("b"))).await;

    assert_eq!(other.refusal(), "403 PCA.00030205");
    assert_eq!(shown(&server, &id).await["crl_name"], "a");
}

#[tokio::test]
async fn a_place_belongs_to_the_first_authority_for_ever() {
    let server = with_agency().await;
    let first = created(&server, root("First")).await;
    let second = created(&server, root("Second")).await;
    enable(&server, &first, wish(Some("a"))).await;
    disable(&server, &first).await;
    enable(&server, &first, wish(Some("b"))).await;

    let refused = enable(&server, &second, wish(Some("a"))).await;

    assert_eq!(refused.refusal(), "400 PCA.00020306");
    assert!(refused.string("/error_msg").contains("another certificate authority"));
    disable(&server, &first).await;
    assert_eq!(enable(&server, &first, wish(Some("a"))).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn without_an_agency_a_bucket_or_an_address_it_is_refused() {
    let server = TestServer::start().await;
    let id = created(&server, root("Root")).await;
    let refused = enable(&server, &id, wish(None)).await;
    assert_eq!(refused.refusal(), "403 PCA.00030501");
    assert!(refused.string("/error_msg").contains("agency"), "{}", refused.text());

    let server = with_agency().await;
    let id = created(&server, root("Root")).await;
    let elsewhere = with(wish(None), "/obs_bucket_name", json!("elsewhere"));
    let refused = enable(&server, &id, elsewhere).await;
    assert_eq!(refused.refusal(), "403 PCA.00030501");
    assert!(refused.string("/error_msg").contains("elsewhere"), "{}", refused.text());

    let rules = pki::Settings::default();
    let server = TestServer::start_with(api::Settings::default(), rules).await;
    super::act_on_all(&server, "agencies").await;
    let id = created(&server, root("Root")).await;
    let refused = enable(&server, &id, wish(None)).await;
    assert_eq!(refused.refusal(), "403 PCA.00030502");
    assert!(refused.string("/error_msg").contains("public_url"), "{}", refused.text());
}

#[tokio::test]
async fn values_out_of_bounds_are_refused_with_their_field() {
    let server = with_agency().await;
    let id = created(&server, root("Root")).await;
    for (member, value) in [
        ("valid_days", json!(6)),
        ("valid_days", json!(31)),
        ("valid_days", Value::Null),
        ("obs_bucket_name", json!("ab")),
        ("obs_bucket_name", json!("")),
        ("obs_bucket_name", json!("x".repeat(64))),
        ("crl_name", json!("a/b")),
        ("crl_name", json!("a.crl")),
        ("crl_name", json!("x".repeat(65))),
    ] {
        let refused = enable(&server, &id, with(wish(None), &format!("/{member}"), value)).await;

        assert_eq!(refused.refusal(), "400 PCA.00020001", "{member}");
        assert!(refused.string("/error_msg").contains(member), "{}", refused.text());
    }
    assert_eq!(shown(&server, &id).await["enabled"], false);
}
