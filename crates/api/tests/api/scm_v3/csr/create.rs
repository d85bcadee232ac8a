//! `POST /v3/scm/csr`

use axum::http::{Method, StatusCode};
use serde_json::json;
use testkit::TestServer;

use super::{personal, with};
use crate::outside::printed;

const PATH: &str = "/v3/scm/csr";

#[tokio::test]
async fn the_pages_own_example_is_filled_from_the_enterprise_profile() {
    let server = TestServer::start().await;

    let answer = server
        .post(
            PATH,
            json!({ "name": "CSRxxxx", "domain_name": "xxx.com", "private_key_algo": "RSA_2048",
                    "usage": "ENTERPRISE" }),
        )
        .await;

    assert_eq!(answer.status, StatusCode::CREATED);
    let id = answer.string("/id");
    assert_eq!(id.len(), 32);
    assert_eq!(
        answer.json(),
        json!({
            "id": id, "name": "CSRxxxx", "domain_name": "xxx.com", "sans": "",
            "private_key_algo": "RSA_2048", "usage": "ENTERPRISE", "company_country": "CN",
            "company_province": "Beijing", "company_city": "Beijing", "company_name": "company",
            "create_time": 1_780_000_000_123_i64, "update_time": 1_780_000_000_123_i64,
        })
    );
}

#[tokio::test]
async fn each_kind_of_key_is_made() {
    let server = TestServer::start().await;

    for algorithm in ["RSA_2048", "RSA_3072", "RSA_4096", "EC_P256", "EC_P384", "SM2"] {
        let answer =
            server.post(PATH, with(personal(), "private_key_algo", json!(algorithm))).await;

        assert_eq!(answer.status, StatusCode::CREATED, "{algorithm}: {}", answer.text());
        assert_eq!(answer.string("/private_key_algo"), algorithm);
    }
}

#[tokio::test]
async fn subject_and_names_are_what_was_asked_for() {
    let server = TestServer::start().await;
    let body = json!({ "name": "ours", "domain_name": "a.example",
        "sans": "b.example;192.0.2.1\nA.example", "private_key_algo": "EC_P256",
        "usage": "ENTERPRISE", "company_country": "de", "company_province": "Hamburg",
        "company_city": "Hamburg", "company_name": "Beispiel GmbH" });

    let answer = server.post(PATH, body).await;

    assert_eq!(answer.string("/sans"), "b.example;192.0.2.1\nA.example");
    let shown = server.get(&format!("{PATH}/{}", answer.string("/id"))).await;
    let text = printed("req", &shown.string("/csr"));
    assert!(text.contains("CN=a.example,O=Beispiel GmbH,L=Hamburg,ST=Hamburg,C=DE"), "{text}");
    assert!(text.contains("DNS:a.example, DNS:b.example, IP Address:192.0.2.1\n"), "{text}");
}

#[tokio::test]
async fn the_same_request_twice_makes_two_keys() {
    let server = TestServer::start().await;

    let (one, two) = (server.post(PATH, personal()).await, server.post(PATH, personal()).await);

    assert_eq!((one.status, two.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_ne!(one.string("/id"), two.string("/id"));
}

#[tokio::test]
async fn a_mandatory_field_is_named_when_it_is_missing_or_empty() {
    let server = TestServer::start().await;

    for field in ["name", "domain_name", "private_key_algo", "usage"] {
        for value in [json!(null), json!(""), json!(7), json!({}), json!(["a"])] {
            let answer = server.post(PATH, with(personal(), field, value.clone())).await;

            assert_eq!(answer.refusal(), "400 SCM.0005", "{field} {value}");
            assert!(answer.string("/error_msg").contains(field), "{}", answer.text());
        }
    }
}

#[tokio::test]
async fn lengths_end_where_the_page_says() {
    let server = TestServer::start().await;
    let long_domain = format!("{}.example", "a".repeat(55));
    for (field, fits) in [("name", "n".repeat(63)), ("domain_name", long_domain)] {
        assert_eq!(fits.len(), 63);
        let answer = server.post(PATH, with(personal(), field, json!(fits))).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{field}: {}", answer.text());

        let answer = server.post(PATH, with(personal(), field, json!(format!("a{fits}")))).await;
        assert_eq!(answer.refusal(), "400 SCM.0005", "{field}");
    }
    for field in ["sans", "company_country", "company_province", "company_city", "company_name"] {
        let answer = server.post(PATH, with(personal(), field, json!("a".repeat(256)))).await;
        assert_eq!(answer.refusal(), "400 SCM.0005", "{field}");
        assert!(answer.string("/error_msg").contains(field), "{field}");
    }
}

#[tokio::test]
async fn odd_characters_and_names_are_refused() {
    let server = TestServer::start().await;

    for (field, value, code) in [
        ("name", "a\u{0}b", "400 SCM.0005"),
        ("name", "a\nb", "400 SCM.0005"),
        ("domain_name", "a\tb", "400 SCM.0005"),
        ("sans", "a.example\u{0}", "400 SCM.0005"),
        ("domain_name", "a..example", "400 SCM.0015"),
        ("domain_name", "北京.example", "400 SCM.0015"),
        ("domain_name", "-a.example", "400 SCM.0015"),
        ("sans", "a.*.example", "400 SCM.0015"),
        ("sans", ",,,", "400 SCM.0015"),
        ("sans", "a.example\u{202e}", "400 SCM.0015"),
        ("name", " ", "400 SCM.0005"),
        ("name", "a\u{202e}b", "400 SCM.0005"),
        ("company_name", "a\u{2066}b", "400 SCM.0005"),
        ("company_city", " ", "400 SCM.0005"),
        ("private_key_algo", "RSA_1024", "400 SCM.0005"),
        ("private_key_algo", "rsa_2048", "400 SCM.0005"),
        ("usage", "personal", "400 SCM.0005"),
    ] {
        let answer = server.post(PATH, with(personal(), field, json!(value))).await;
        assert_eq!(answer.refusal(), code, "{field} {value:?}: {}", answer.text());
        assert!(answer.string("/error_msg").contains(field), "{}", answer.text());
    }
}

#[tokio::test]
async fn without_a_profile_the_missing_company_fields_are_named() {
    let server = TestServer::start().await;
    let other = server.account("other").await;
    let body = json!({ "name": "a", "domain_name": "a.example", "private_key_algo": "EC_P256",
                       "usage": "ENTERPRISE", "company_city": "Hamburg" });

    let answer = server.call(&other.token, Method::POST, PATH, Some(body)).await;

    assert_eq!(answer.refusal(), "400 SCM.0005");
    for field in ["company_country", "company_province", "company_name"] {
        assert!(answer.string("/error_msg").contains(field), "{}", answer.text());
    }
    assert!(!answer.string("/error_msg").contains("company_city"));
}

#[tokio::test]
async fn the_quota_ends_it() {
    let rules = pki::Settings { csr_quota: Some(1), ..pki::Settings::default() };
    let server = TestServer::start_with(api::Settings::default(), rules).await;

    let first = server.post(PATH, personal()).await;
    let second = server.post(PATH, personal()).await;

    assert_eq!(first.status, StatusCode::CREATED);
    assert_eq!(second.refusal(), "400 SCM.0011");
}
