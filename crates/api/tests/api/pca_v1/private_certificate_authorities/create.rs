//! `POST /v1/private-certificate-authorities`

use axum::http::StatusCode;
use serde_json::{Value, json};
use testkit::TestServer;

use super::{NOBODY, PATH, created, name, pending, root, subordinate, with};

#[tokio::test]
async fn answers_with_the_identifier_alone() {
    let server = TestServer::start().await;

    let answer = server.post(PATH, root("Root")).await;

    assert_eq!(answer.status, StatusCode::OK);
    let id = answer.string("/ca_id");
    assert_eq!(answer.json(), json!({ "ca_id": id }));
    assert_eq!(server.get(&format!("{PATH}/{id}")).await.string("/status"), "ACTIVED");
}

#[tokio::test]
async fn a_subordinate_with_all_it_needs_is_active_and_else_waits() {
    let server = TestServer::start().await;
    let root = created(&server, root("Root")).await;
    let full = subordinate("Sub", &root, 0);

    for (missing, status) in [
        ("/path_length", "ACTIVED"),
        ("/issuer_id", "PENDING"),
        ("/signature_algorithm", "PENDING"),
        ("/validity", "PENDING"),
    ] {
        let id = created(&server, with(full.clone(), missing, Value::Null)).await;
        let shown = server.get(&format!("{PATH}/{id}")).await;
        assert_eq!(shown.string("/status"), status, "{missing}");
    }
}

#[tokio::test]
async fn a_pending_one_is_not_excused_from_what_is_malformed() {
    let server = TestServer::start().await;
    for (pointer, value, code) in [
        ("/path_length", json!(9), "PCA.00020203"),
        ("/issuer_id", json!("zz"), "PCA.00020201"),
        ("/signature_algorithm", json!("MD5"), "PCA.00020103"),
        ("/validity", json!({ "type": "WEEK", "value": 1 }), "PCA.00020109"),
        ("/validity", json!({ "type": "YEAR", "value": -1 }), "PCA.00020109"),
        ("/validity", json!({ "start_from": "soon" }), "PCA.00020109"),
    ] {
        let answer = server.post(PATH, with(pending("Sub"), pointer, value)).await;
        assert_eq!(answer.refusal(), format!("400 {code}"), "{pointer}");
    }
    for (pointer, value) in [
        ("/path_length", json!(null)),
        ("/issuer_id", json!("")),
        ("/signature_algorithm", json!("")),
        ("/validity", json!({ "type": "", "start_from": "" })),
    ] {
        created(&server, with(pending("Sub"), pointer, value)).await;
    }
}

#[tokio::test]
async fn what_clients_send_to_say_nothing_is_nothing() {
    let server = TestServer::start().await;
    let body = with(root("Root"), "/enterprise_project_id", json!(""));
    let body = with(body, "/ca_id", json!(""));
    let body = with(body, "/crl_configuration", json!({ "enabled": false, "crl_name": "" }));
    let body = with(body, "/hsm_cluster_info", json!({ "hsm_project": "", "hsm_ca_cert": "" }));
    let body = with(body, "/key_usages", json!([]));
    let body = with(body, "/validity/start_from", json!(""));

    let shown = created(&server, body).await;

    let shown = server.get(&format!("{PATH}/{shown}")).await;
    assert_eq!(shown.string("/enterprise_project_id"), "0");
}

#[tokio::test]
async fn the_start_may_be_a_number_or_its_digits() {
    let server = TestServer::start().await;
    let start = 1_780_000_500_000_i64;

    for value in [json!(start), json!(start.to_string())] {
        let id = created(&server, with(root("Root"), "/validity/start_from", value)).await;
        let shown = server.get(&format!("{PATH}/{id}")).await;
        assert_eq!(shown.json()["not_before"], start);
    }
}

#[tokio::test]
async fn each_bad_parameter_has_its_code_and_is_named() {
    let server = TestServer::start().await;
    let id = created(&server, root("Root")).await;
    let sub = subordinate("Sub", &id, 0);
    let long = |n| json!("a".repeat(n));

    for (pointer, value, code) in [
        ("/type", json!(null), "PCA.00020202"),
        ("/type", json!("root"), "PCA.00020202"),
        ("/type", json!(1), "PCA.00020202"),
        ("/distinguished_name", json!(null), "PCA.00020101"),
        ("/distinguished_name", json!(["a", "cn", "a", "a", "a", "a"]), "PCA.00020101"),
        ("/distinguished_name/common_name", json!(null), "PCA.00020101"),
        ("/distinguished_name/common_name", json!(""), "PCA.00020101"),
        ("/distinguished_name/common_name", long(65), "PCA.00020101"),
        ("/distinguished_name/common_name", json!("a\u{0}"), "PCA.00020101"),
        ("/distinguished_name/common_name", json!("é"), "PCA.00020101"),
        ("/distinguished_name/country", json!("c1"), "PCA.00020101"),
        ("/distinguished_name/country", json!("cnn"), "PCA.00020101"),
        ("/distinguished_name/state", json!("*"), "PCA.00020101"),
        ("/distinguished_name/locality", long(129), "PCA.00020101"),
        ("/distinguished_name/organization", long(65), "PCA.00020101"),
        ("/distinguished_name/organizational_unit", json!(null), "PCA.00020101"),
        ("/key_algorithm", json!(null), "PCA.00020102"),
        ("/key_algorithm", json!("RSA3072"), "PCA.00020102"),
        ("/signature_algorithm", json!("SHA1"), "PCA.00020103"),
        ("/signature_algorithm", json!("SM3"), "PCA.00020103"),
        ("/validity/type", json!("WEEK"), "PCA.00020109"),
        ("/validity/type", json!(null), "PCA.00020109"),
        ("/validity/value", json!(0), "PCA.00020109"),
        ("/validity/value", json!(-1), "PCA.00020109"),
        ("/validity/value", json!("1"), "PCA.00020109"),
        ("/validity/value", json!(21), "PCA.00020109"),
        ("/validity/value", json!(2_147_483_648_i64), "PCA.00020109"),
        ("/validity/value", json!(i32::MAX), "PCA.00020109"),
        ("/validity/start_from", json!("soon"), "PCA.00020109"),
        ("/validity/start_from", json!(1.5), "PCA.00020109"),
        ("/validity/start_from", json!(1), "PCA.00020109"),
        ("/validity/start_from", json!(i64::MAX), "PCA.00020109"),
        ("/issuer_id", json!("x"), "PCA.00020201"),
        ("/path_length", json!(7), "PCA.00020203"),
        ("/path_length", json!(-1), "PCA.00020203"),
        ("/path_length", json!("1"), "PCA.00020203"),
        ("/key_usages", json!(["keyCertSign", "sign"]), "PCA.00020001"),
        ("/key_usages", json!("keyCertSign"), "PCA.00020001"),
        ("/enterprise_project_id", json!("all"), "PCA.00020001"),
        ("/hsm_cluster_info", json!({ "hsm_project": "a" }), "PCA.00020001"),
        ("/ca_id", json!("x"), "PCA.00020201"),
        ("/ca_id", json!(NOBODY.to_uppercase()), "PCA.00020201"),
        ("/ca_id", json!(1), "PCA.00020201"),
    ] {
        let answer = server.post(PATH, with(sub.clone(), pointer, value.clone())).await;

        assert_eq!(answer.refusal(), format!("400 {code}"), "{pointer} {value}: {}", answer.text());
        let field = pointer[1..].replace('/', ".");
        let text = answer.string("/error_msg");
        let object = field.split('.').next().unwrap_or_default();
        assert!(text.contains(object), "{pointer} {value}: {text}");
    }
}

#[tokio::test]
async fn a_root_needs_a_hash_and_a_validity() {
    let server = TestServer::start().await;

    for (pointer, code) in
        [("/signature_algorithm", "400 PCA.00020103"), ("/validity", "400 PCA.00020109")]
    {
        let answer = server.post(PATH, with(root("Root"), pointer, Value::Null)).await;
        assert_eq!(answer.refusal(), code);
    }
}

#[tokio::test]
async fn crls_are_refused_without_an_agency_and_nothing_is_made() {
    let server = TestServer::start().await;
    let crl = json!({ "enabled": true, "obs_bucket_name": "bucket", "valid_days": 7 });

    let answer = server.post(PATH, with(root("Root"), "/crl_configuration", crl)).await;

    assert_eq!(answer.refusal(), "403 PCA.00030501");
    assert!(answer.string("/error_msg").contains("agency"), "{}", answer.text());
    assert_eq!(server.get(PATH).await.json()["total"], 0);
}

#[tokio::test]
async fn an_issuer_must_be_there_active_and_allow_a_child() {
    let server = TestServer::start().await;
    let root = created(&server, root("Root")).await;
    let last = created(&server, subordinate("Last", &root, 0)).await;
    let waiting = created(&server, pending("Waiting")).await;

    for (issuer, refusal) in
        [(NOBODY, "404 PCA.10010002"), (&waiting, "403 PCA.00030201"), (&last, "400 PCA.00020304")]
    {
        let answer = server.post(PATH, subordinate("Sub", issuer, 0)).await;
        assert_eq!(answer.refusal(), refusal, "{}", answer.text());
    }
    let same = server.post(PATH, subordinate("Root", &root, 0)).await;
    assert_eq!(same.refusal(), "400 PCA.00020101", "{}", same.text());
}

#[tokio::test]
async fn the_quota_ends_it() {
    let rules = pki::Settings { authority_quota: Some(2), ..pki::Settings::default() };
    let server = TestServer::start_with(api::Settings::default(), rules).await;

    created(&server, root("One")).await;
    created(&server, pending("Two")).await;

    assert_eq!(server.post(PATH, root("Three")).await.refusal(), "403 PCA.00030401");
}

#[tokio::test]
async fn every_kind_of_key_signs_with_every_hash_that_suits_it() {
    let server = TestServer::start().await;

    for (key, hashes) in [
        ("RSA2048", &["SHA256", "SHA384", "SHA512"][..]),
        ("RSA4096", &["SHA256"][..]),
        ("EC256", &["SHA256", "SHA384", "SHA512"][..]),
        ("EC384", &["SHA256", "SHA384", "SHA512"][..]),
        ("SM2", &["SM3"][..]),
    ] {
        for hash in hashes {
            let body = with(root("Root"), "/key_algorithm", json!(key));
            let id = created(&server, with(body, "/signature_algorithm", json!(hash))).await;
            let shown = server.get(&format!("{PATH}/{id}")).await;
            assert_eq!(shown.string("/signature_algorithm"), *hash, "{key}");
            assert_eq!(shown.string("/key_algorithm"), key);
        }
    }
}

#[tokio::test]
async fn two_authorities_may_have_one_name() {
    let server = TestServer::start().await;

    let (one, two) = (created(&server, root("Root")).await, created(&server, root("Root")).await);

    assert_ne!(one, two);
    assert_eq!(
        server.get(&format!("{PATH}/{two}")).await.json()["distinguished_name"],
        name("Root")
    );
}
