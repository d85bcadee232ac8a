//! `POST /v1/private-certificates`

use axum::http::{Method, StatusCode};
use iam::Reach;
use ledger::Clock;
use serde_json::{Value, json};
use testkit::TestServer;
use x509::{GeneralName, KeyUsage, oid};

use super::{AUTHORITIES, NOBODY, PATH, authority, certificate, created, plain, root, shown, with};

#[tokio::test]
async fn answers_with_the_identifier_alone() {
    let server = TestServer::start().await;
    let root = root(&server).await;

    let answer = server.post(PATH, plain(&root)).await;

    assert_eq!(answer.status, StatusCode::OK);
    let id = answer.string("/certificate_id");
    assert_eq!(answer.json(), json!({ "certificate_id": id }));
    assert_eq!(shown(&server, &id).await.string("/status"), "ISSUED");
}

#[tokio::test]
async fn all_that_is_asked_for_is_in_it() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let names = json!([
        { "type": "DNS", "value": "*.a.example" }, { "type": "DNS", "value": "xn--bcher-kva.example" },
        { "type": "IP", "value": "192.0.2.1" }, { "type": "IP", "value": "2001:db8::1" },
        { "type": "EMAIL", "value": "a@a.example" }, { "type": "URI", "value": "https://a.example/" },
        { "type": "DNS", "value": "*.A.example" },
    ]);
    let body = with(plain(&root), "/subject_alternative_names", names);
    let body = with(body, "/key_usages", json!(["digitalSignature", "keyAgreement"]));
    let purposes = json!({ "server_auth": true, "client_auth": false, "smart_card_logon": true });
    let body = with(body, "/extended_key_usage", purposes);
    let own = json!({ "object_identifier": "1.2.3.4", "value": "hello" });
    let body = with(body, "/customized_extension", own);
    let body = with(body, "/key_algorithm", json!("EC384"));
    let body = with(body, "/signature_algorithm", json!("SHA512"));

    let id = created(&server, body).await;

    let certificate = certificate(&server, &id).await;
    assert_eq!(
        certificate.subject_alt_names(),
        [
            GeneralName::Dns("*.a.example".to_owned()),
            GeneralName::Dns("xn--bcher-kva.example".to_owned()),
            GeneralName::Ip("192.0.2.1".parse().unwrap()),
            GeneralName::Ip("2001:db8::1".parse().unwrap()),
            GeneralName::Email("a@a.example".to_owned()),
            GeneralName::Uri("https://a.example/".to_owned()),
        ]
    );
    let usage = KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::KEY_AGREEMENT);
    assert_eq!(certificate.key_usage(), Some(usage));
    let purposes = &certificate.extended_key_usage().unwrap().purposes;
    assert_eq!(*purposes, [oid::SERVER_AUTH, oid::SMART_CARD_LOGON]);
    assert!(certificate.extensions().iter().any(|own| own.oid.to_string() == "1.2.3.4"));
    let shown = shown(&server, &id).await;
    assert_eq!(shown.string("/key_algorithm"), "EC384");
    assert_eq!(shown.string("/signature_algorithm"), "SHA512");
}

#[tokio::test]
async fn what_clients_send_to_say_nothing_is_nothing() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let name = json!({ "common_name": "a.example", "country": "", "state": "", "locality": "",
                       "organization": "", "organizational_unit": "" });
    let body = with(plain(&root), "/distinguished_name", name);
    let body = with(body, "/key_usages", json!([]));
    let body = with(body, "/subject_alternative_names", json!([]));
    let none = json!({ "server_auth": false, "client_auth": false, "code_signing": false,
                       "email_protection": false, "time_stamping": false });
    let body = with(body, "/extended_key_usage", none);
    let own = json!({ "object_identifier": "", "value": "" });
    let body = with(body, "/customized_extension", own);
    let body = with(body, "/enterprise_project_id", json!(""));
    let body = with(body, "/key_algorithm", json!(""));
    let body = with(body, "/signature_algorithm", json!(""));
    let start = server.clock.now().as_millis().to_string();
    let body = with(body, "/validity/start_from", json!(start));

    let id = created(&server, body).await;

    let certificate = certificate(&server, &id).await;
    assert_eq!((certificate.key_usage(), certificate.extended_key_usage()), (None, None));
    assert_eq!(certificate.subject_alt_names(), []);
    let shown = shown(&server, &id).await.json();
    assert_eq!(shown["distinguished_name"]["locality"], "成都");
    assert_eq!(shown["enterprise_project_id"], "0");
    assert_eq!(shown["not_before"], server.clock.now().floor_to_second().as_millis());
}

#[tokio::test]
async fn a_bad_value_is_refused_with_the_code_of_its_field() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let long = "x".repeat(65);
    let name = |kind: &str, value: &str| json!([{ "type": kind, "value": value }]);
    let names: Vec<Value> =
        (0..21).map(|n| json!({ "type": "DNS", "value": format!("{n}.a.example") })).collect();
    let own =
        |identifier: &str, value: &str| json!({ "object_identifier": identifier, "value": value });
    for (pointer, value, code) in [
        ("/issuer_id", json!(null), "400 PCA.00020201"),
        ("/issuer_id", json!(""), "400 PCA.00020201"),
        ("/issuer_id", json!("x"), "400 PCA.00020201"),
        ("/issuer_id", json!(NOBODY), "404 PCA.10010002"),
        ("/distinguished_name", json!(null), "400 PCA.00020101"),
        ("/distinguished_name", json!({}), "400 PCA.00020101"),
        ("/distinguished_name/common_name", json!(""), "400 PCA.00020101"),
        ("/distinguished_name/common_name", json!(long), "400 PCA.00020101"),
        ("/distinguished_name/common_name", json!("a+b"), "400 PCA.00020101"),
        ("/distinguished_name/country", json!("C1"), "400 PCA.00020101"),
        ("/distinguished_name/country", json!("CHN"), "400 PCA.00020101"),
        ("/distinguished_name/organization", json!(long), "400 PCA.00020101"),
        ("/distinguished_name/state", json!("x".repeat(129)), "400 PCA.00020101"),
        ("/distinguished_name/locality", json!("*"), "400 PCA.00020101"),
        ("/validity", json!(null), "400 PCA.00020109"),
        ("/validity/type", json!("WEEK"), "400 PCA.00020109"),
        ("/validity/value", json!(0), "400 PCA.00020109"),
        ("/validity/value", json!(11), "400 PCA.00020109"),
        ("/validity/value", json!(21), "400 PCA.00020109"),
        ("/validity/start_from", json!(1), "400 PCA.00020109"),
        ("/key_algorithm", json!("RSA3072"), "400 PCA.00020102"),
        ("/key_algorithm", json!("SM2"), "400 PCA.00020304"),
        ("/signature_algorithm", json!("SHA1"), "400 PCA.00020103"),
        ("/signature_algorithm", json!("SM3"), "400 PCA.00020103"),
        ("/key_usages", json!(["sign"]), "400 PCA.00020001"),
        ("/key_usages", json!(["keyCertSign"]), "400 PCA.00020001"),
        ("/key_usages", json!(["digitalSignature", "cRLSign"]), "400 PCA.00020001"),
        ("/key_usages", json!(["encipherOnly"]), "400 PCA.00020001"),
        ("/subject_alternative_names", json!(names), "400 PCA.00020001"),
        ("/subject_alternative_names", json!([{}]), "400 PCA.00020112"),
        ("/subject_alternative_names", name("dns", "a.example"), "400 PCA.00020112"),
        ("/subject_alternative_names", json!([{ "type": "DNS" }]), "400 PCA.00020110"),
        ("/subject_alternative_names", name("DNS", ""), "400 PCA.00020110"),
        ("/subject_alternative_names", name("DNS", "bücher.example"), "400 PCA.00020110"),
        ("/subject_alternative_names", name("DNS", "a*.example"), "400 PCA.00020110"),
        ("/subject_alternative_names", name("DNS", "a.*.example"), "400 PCA.00020110"),
        ("/subject_alternative_names", name("DNS", "256.1.1.1"), "400 PCA.00020110"),
        ("/subject_alternative_names", name("DNS", &"a.".repeat(127)), "400 PCA.00020110"),
        ("/subject_alternative_names", name("IP", "256.1.1.1"), "400 PCA.00020111"),
        ("/subject_alternative_names", name("IP", "192.0.2.0/24"), "400 PCA.00020111"),
        ("/subject_alternative_names", name("IP", ":::"), "400 PCA.00020111"),
        ("/subject_alternative_names", name("EMAIL", "a.example"), "400 PCA.00020001"),
        ("/subject_alternative_names", name("URI", "a.example"), "400 PCA.00020001"),
        ("/customized_extension", own("1.2.3.4", ""), "400 PCA.00020001"),
        ("/customized_extension", own("", "x"), "400 PCA.00020001"),
        ("/customized_extension", own("1.2.x", "x"), "400 PCA.00020001"),
        ("/customized_extension", own("2.5.29.19", "x"), "400 PCA.00020001"),
        ("/customized_extension", own("1.3.6.1.5.5.7.1.1", "x"), "400 PCA.00020001"),
        ("/customized_extension", own("1.3.6.1.4.1.11129.2.4.2", "x"), "400 PCA.00020001"),
        ("/customized_extension", own("1.3.6.1.4.1.311.20.2", "x"), "400 PCA.00020001"),
        ("/customized_extension", own("1.2.3.4", &long), "400 PCA.00020001"),
        ("/enterprise_project_id", json!("all"), "400 PCA.00020001"),
    ] {
        let answer = server.post(PATH, with(plain(&root), pointer, value.clone())).await;
        assert_eq!(answer.refusal(), code, "{pointer} {value}: {}", answer.text());
        // That a kind of key does not go with the issuer's is told of the issuer.
        let member = pointer.split('/').nth(1).unwrap();
        let other = code.starts_with("404") || value == json!("SM2");
        assert!(other || answer.text().contains(member), "{pointer}: {}", answer.text());
    }
}

#[tokio::test]
async fn an_issuer_that_is_not_active_is_named_with_its_status() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let path = format!("{AUTHORITIES}/{root}/disable");
    server.call(&server.owner.token, Method::POST, &path, None).await;

    let answer = server.post(PATH, plain(&root)).await;

    assert_eq!(answer.refusal(), "403 PCA.00030201");
    assert!(answer.string("/error_msg").contains("is DISABLED"), "{}", answer.text());
}

#[tokio::test]
async fn rsa_and_sm2_keys_are_made_here_too() {
    let server = TestServer::start().await;
    let rsa = authority(&server, "RSA2048", "SHA384").await;
    let sm2 = authority(&server, "SM2", "SM3").await;

    let usual = created(&server, plain(&rsa)).await;
    let ec = created(&server, with(plain(&rsa), "/key_algorithm", json!("EC256"))).await;
    let pair = created(&server, plain(&sm2)).await;

    for (id, key, hash) in
        [(usual, "RSA2048", "SHA384"), (ec, "EC256", "SHA384"), (pair, "SM2", "SM3")]
    {
        let shown = shown(&server, &id).await;
        assert_eq!(shown.string("/key_algorithm"), key);
        assert_eq!(shown.string("/signature_algorithm"), hash);
    }
}

#[tokio::test]
async fn a_policy_may_bind_the_common_name() {
    let server = TestServer::start().await;
    let root = root(&server).await;
    let statements = json!([{ "Effect": "Allow", "Action": ["pca:ca:issueCert"],
        "Condition": { "StringLike": { "pca:CommonName": ["*.a.example"] } } }]);
    let policy = server.policy("issuers", statements).await;
    let member = server.member("issuer", &[(policy, Reach::Everywhere)]).await;

    for (name, refusal) in [("www.a.example", None), ("www.b.example", Some("403 PCA.00010004"))] {
        let body = with(plain(&root), "/distinguished_name/common_name", json!(name));
        let answer = server.call(&member.token, Method::POST, PATH, Some(body)).await;
        match refusal {
            None => assert_eq!(answer.status, StatusCode::OK, "{}", answer.text()),
            Some(refusal) => assert_eq!(answer.refusal(), refusal),
        }
    }
}
