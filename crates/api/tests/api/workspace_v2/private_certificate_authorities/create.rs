//! `POST /v2/{project_id}/certmanager/private-certificate-authorities`

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::TestServer;

use super::{created, root, root_path, with};
use crate::outside::printed;

#[tokio::test]
async fn makes_a_root_that_signs_certificates_and_crls() {
    let server = TestServer::start().await;

    let answer = server.post(&root_path(&server), root()).await;

    assert_eq!((answer.status, answer.text()), (StatusCode::OK, "{}".to_owned()));
    let id = answer.header("x-cert-id").to_owned();
    let shown = server.get(&format!("{}/{id}", root_path(&server))).await;
    let text = printed("x509", &shown.string("/pem_code"));
    let name = "CN=Desktop Root,OU=Workspace,O=Huawei,L=DongGuan,ST=GuangDong,C=CN";
    assert!(text.contains(&format!("Issuer: {name}")), "{text}");
    assert!(text.contains(&format!("Subject: {name}")), "{text}");
    assert!(text.contains("Public-Key: (2048 bit)"), "{text}");
    assert!(text.contains("sha512WithRSAEncryption"), "{text}");
    assert!(text.contains("Certificate Sign, CRL Sign"), "{text}");
    assert!(!text.contains("Digital Signature") && !text.contains("CRL Distribution"), "{text}");
    assert!(text.contains("Not Before: May 28 20:25:40 2026 GMT"), "{text}");
    assert!(text.contains("Not After : May 28 20:26:40 2036 GMT"), "{text}");
    assert!(server.audit().await.contains(&"create_workspace_authority Done".to_owned()));
}

#[tokio::test]
async fn the_start_may_be_named_in_several_ways() {
    for start in [
        json!(1_790_000_000_000_i64),
        json!("1790000000000"),
        json!("2026-09-21T14:13:20Z"),
        json!("2026-09-21T22:13:20.000+08:00"),
        json!("2026-09-21T14:13:20"),
    ] {
        let server = TestServer::start().await;
        let body = with(root(), "/validity/start_from", start.clone());

        let answer = server.post(&root_path(&server), body).await;

        assert_eq!(answer.status, StatusCode::OK, "{start}: {}", answer.text());
        let path = format!("{}/{}", root_path(&server), answer.header("x-cert-id"));
        let shown = server.get(&path).await;
        assert_eq!(shown.string("/not_before"), "2026-09-21T14:13:20Z", "{start}");
        assert_eq!(shown.string("/not_after"), "2036-09-21T14:13:20Z", "{start}");
    }
}

#[tokio::test]
async fn a_project_has_three_and_what_waits_is_counted() {
    let server = TestServer::start().await;
    server.post(&format!("{}/csr", root_path(&server)), super::example()).await;
    let first = created(&server).await;
    created(&server).await;

    let fourth = server.post(&root_path(&server), root()).await;
    let path = format!("{}/{first}", root_path(&server));
    let deleted = server.call(&server.owner.token, Method::DELETE, &path, None).await;
    let again = server.post(&root_path(&server), root()).await;

    assert_eq!(fourth.refusal(), "400 WKS.00030401");
    assert!(fourth.string("/error_msg").contains("transaction id"), "{}", fourth.text());
    assert_eq!((deleted.status, again.status), (StatusCode::OK, StatusCode::OK));
}

#[tokio::test]
async fn many_at_once_stay_within_the_three() {
    let server = std::sync::Arc::new(TestServer::start().await);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let server = server.clone();
        tasks.spawn(async move { server.post(&root_path(&server), root()).await.status });
    }

    let statuses = tasks.join_all().await;

    let made = statuses.iter().filter(|status| **status == StatusCode::OK).count();
    assert_eq!(made, 3, "{statuses:?}");
    let list = server.get(&root_path(&server)).await.json();
    assert_eq!(list["cert_list"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn each_bad_parameter_is_named() {
    let server = TestServer::start().await;
    let mut cases: Vec<(&str, Value)> = vec![
        ("distinguished_name", json!(null)),
        ("distinguished_name", json!("CN=a")),
        ("distinguished_name.country", json!("cn")),
        ("distinguished_name.common_name", json!("a".repeat(65))),
        ("distinguished_name.organizational_unit", json!("")),
        ("key_algorithm", json!(null)),
        ("key_algorithm", json!("RSA-4096")),
        ("key_algorithm", json!("rsa-2048")),
        ("signature_algorithm", json!(null)),
        ("signature_algorithm", json!("SHA-384")),
        ("signature_algorithm", json!(256)),
        ("validity", json!(null)),
        ("validity", json!(10)),
        ("validity.type", json!(null)),
        ("validity.type", json!("MONTH")),
        ("validity.value", json!(null)),
        ("validity.value", json!(0)),
        ("validity.value", json!(31)),
        ("validity.value", json!(-1)),
        ("validity.value", json!("1")),
        ("validity.value", json!(1.5)),
        ("validity.start_from", json!("tomorrow")),
        ("validity.start_from", json!("2026-13-01T00:00:00Z")),
        ("validity.start_from", json!([])),
        ("crl_configuration", json!(null)),
        ("crl_configuration", json!([])),
        ("crl_configuration.enable", json!(null)),
        ("crl_configuration.enable", json!("true")),
        ("crl_configuration.type", json!(null)),
        ("crl_configuration.type", json!("system")),
        ("crl_configuration.crl_url", json!("http://crl.example/a.crl")),
        ("crl_configuration.valid_day", json!(null)),
        ("crl_configuration.valid_day", json!(0)),
        ("crl_configuration.valid_day", json!(366)),
        ("crl_configuration.valid_day", json!("7")),
    ];
    // Too early or too late a start breaks a rule of the validity as a whole.
    cases.push(("validity", json!({ "type": "YEAR", "value": 1, "start_from": 1 })));
    cases.push(("validity", json!({ "type": "YEAR", "value": 1, "start_from": i64::MAX })));

    for (field, value) in cases {
        let pointer = format!("/{}", field.replace('.', "/"));
        let body = with(root(), &pointer, value.clone());
        let answer = server.post(&root_path(&server), body).await;

        assert_eq!(answer.refusal(), "400 WKS.00020001", "{field} {value}: {}", answer.text());
        assert_eq!(answer.string("/error_detail"), field, "{value}: {}", answer.text());
    }
    let list = server.get(&root_path(&server)).await;
    assert_eq!(list.json(), json!({ "cert_list": [] }));
}

#[tokio::test]
async fn an_address_of_ones_own_is_checked() {
    let server = TestServer::start().await;
    let custom = |url: Value| {
        let body = with(root(), "/crl_configuration/type", json!("CUSTOMIZE"));
        with(body, "/crl_configuration/crl_url", url)
    };
    for url in [
        json!(null),
        json!(""),
        json!("crl.example"),
        json!("ftp://crl.example/a.crl"),
        json!("http://"),
        json!("http://crl.example/\u{5317}.crl"),
        json!(format!("http://crl.example/{}", "a".repeat(1024))),
    ] {
        let answer = server.post(&root_path(&server), custom(url.clone())).await;
        assert_eq!(answer.refusal(), "400 WKS.00020001", "{url}");
        assert_eq!(answer.string("/error_detail"), "crl_configuration.crl_url", "{url}");
    }

    let answer = server.post(&root_path(&server), custom(json!("http://crl.example/a.crl"))).await;

    let path = format!("{}/{}", root_path(&server), answer.header("x-cert-id"));
    assert_eq!(
        server.get(&path).await.json()["crl_configuration"],
        json!({ "enable": true, "type": "CUSTOMIZE", "crl_url": "http://crl.example/a.crl",
                "valid_day": 7 })
    );
}
