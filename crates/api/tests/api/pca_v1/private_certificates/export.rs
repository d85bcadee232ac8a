//! `POST /v1/private-certificates/{certificate_id}/export`

use std::collections::BTreeMap;
use std::process::{Command, Output};

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{Answer, TestScope, TestServer};

use crate::outside::Outside;

const AUTHORITIES: &str = "/v1/private-certificate-authorities";
const PATH: &str = "/v1/private-certificates";
/// An identifier that nothing has.
const NOBODY: &str = "4c0e772e-a30c-4029-b929-b7acb04143f7";
const PASSWORD: &str = "pass,.+-_#1";

/// An authority and a certificate below it whose key the service made.
struct Made {
    server: TestServer,
    authority: String,
    id: String,
}

impl Made {
    async fn of(algorithm: &str, hash: &str, common_name: &str) -> Self {
        let server = TestServer::start().await;
        // Openssl works with the real time.
        let _ = Outside::new(&server);
        let name = json!({ "common_name": "Root", "country": "cn", "state": "S", "locality": "L",
                           "organization": "O", "organizational_unit": "U" });
        let body = json!({ "type": "ROOT", "distinguished_name": name, "key_algorithm": algorithm,
                           "signature_algorithm": hash,
                           "validity": { "type": "YEAR", "value": 10 } });
        let mut made = Self { server, authority: String::new(), id: String::new() };
        made.authority = made.post(AUTHORITIES, body).await.string("/ca_id");
        let body = json!({ "issuer_id": made.authority, "validity": { "type": "DAY", "value": 90 },
                           "distinguished_name": { "common_name": common_name } });
        made.id = made.post(PATH, body).await.string("/certificate_id");
        made
    }

    /// A call with a token of now, since the first ones end after a day.
    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let token = self.server.token(&self.server.owner, TestScope::Domain).await;
        self.server.call(&token, method, path, body).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    async fn ec() -> Self {
        Self::of("EC256", "SHA256", "www.example.com").await
    }

    async fn sm2() -> Self {
        Self::of("SM2", "SM3", "www.example.com").await
    }

    /// A further certificate below the same authority, for a key made elsewhere.
    async fn by_request(&self) -> String {
        let curve = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
        let (csr, _) = Outside::new(&self.server).request("/CN=www.example.com", &curve);
        let body = json!({ "issuer_id": self.authority, "csr": csr,
                           "validity": { "type": "DAY", "value": 90 } });
        self.post(&format!("{PATH}/csr"), body).await.string("/certificate_id")
    }

    async fn export(&self, id: &str, body: Value) -> Answer {
        self.post(&format!("{PATH}/{id}/export"), body).await
    }

    async fn files(&self, id: &str, body: Value) -> BTreeMap<String, Vec<u8>> {
        let answer = self.export(id, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        unzipped(&answer.body)
    }
}

/// The files of a zip archive, by name.
fn unzipped(archive: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    std::fs::write(&path, archive).unwrap();
    let unzip = |arguments: &[&str]| {
        let out = Command::new("unzip").args(arguments).current_dir(&folder).output().unwrap();
        assert!(out.status.success(), "{out:?}");
        out.stdout
    };
    let names = String::from_utf8(unzip(&["-Z1", "a.zip"])).unwrap();
    names.lines().map(|name| (name.to_owned(), unzip(&["-p", "a.zip", name]))).collect()
}

/// What openssl says with these octets in the file `in`.
fn openssl(arguments: &[&str], octets: &[u8]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("in"), octets).unwrap();
    Command::new("openssl").args(arguments).current_dir(&folder).output().unwrap()
}

/// The public key of a private key, opened with `password`.
fn public_key(key: &[u8], password: &str) -> Vec<u8> {
    let out =
        openssl(&["pkey", "-in", "in", "-pubout", "-passin", &format!("pass:{password}")], key);
    assert!(out.status.success(), "{out:?}");
    out.stdout
}

fn certified_key(certificate: &[u8]) -> Vec<u8> {
    openssl(&["x509", "-in", "in", "-pubkey", "-noout"], certificate).stdout
}

#[tokio::test]
async fn an_archive_has_the_files_that_its_type_wants() {
    let made = Made::ec().await;
    let by_request = made.by_request().await;
    for (server, with_key, without) in [
        ("APACHE", vec!["chain.crt", "server.crt", "server.key"], vec!["chain.crt", "server.crt"]),
        ("NGINX", vec!["server.crt", "server.key"], vec!["server.crt"]),
        ("IIS", vec!["keystorePass.txt", "server.pfx"], vec!["chain.crt", "server.crt"]),
        ("TOMCAT", vec!["keystorePass.txt", "server.jks"], vec!["chain.crt", "server.crt"]),
        ("OTHER", vec!["chain.pem", "server.key", "server.pem"], vec!["cert.pem", "chain.pem"]),
    ] {
        for password in [None, Some(PASSWORD)] {
            let body = json!({ "is_compressed": "true", "type": server, "password": password });
            let expected: Vec<_> = with_key
                .iter()
                .filter(|name| password.is_none() || **name != "keystorePass.txt")
                .collect();

            let files = made.files(&made.id, body.clone()).await;
            assert_eq!(files.keys().collect::<Vec<_>>(), expected, "{server} {password:?}");
            let files = made.files(&by_request, body).await;
            assert_eq!(files.keys().collect::<Vec<_>>(), without.iter().collect::<Vec<_>>());
        }
    }
}

#[tokio::test]
async fn the_key_is_the_certificates_and_a_password_encrypts_it() {
    let made = Made::ec().await;
    for (password, label) in [("", "-----BEGIN PRIVATE"), (PASSWORD, "-----BEGIN ENCRYPTED")] {
        let body = json!({ "is_compressed": true, "type": "APACHE", "password": password });

        let files = made.files(&made.id, body).await;

        assert!(files["server.key"].starts_with(label.as_bytes()));
        assert!(!files["server.key"].contains(&b'\r'));
        assert_eq!(public_key(&files["server.key"], password), certified_key(&files["server.crt"]));
    }
}

#[tokio::test]
async fn texts_have_crlf_and_the_chain_without_the_certificate() {
    let made = Made::ec().await;
    let by_request = made.by_request().await;
    let above = made.post(&format!("{AUTHORITIES}/{}/export", made.authority), json!(null)).await;
    for server in ["APACHE", "NGINX", "OTHER"] {
        let body = json!({ "is_compressed": "false", "type": server, "is_sm_standard": "" });

        let (ours, theirs) =
            (made.export(&made.id, body.clone()).await, made.export(&by_request, body).await);

        assert_eq!(ours.string("/certificate_chain"), above.string("/certificate"));
        let pem = ours.string("/private_key");
        assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\r\n") && pem.ends_with("KEY-----"));
        let key = public_key(pem.as_bytes(), "");
        assert_eq!(key, certified_key(ours.string("/certificate").as_bytes()));
        let members: Vec<_> = theirs.json().as_object().unwrap().keys().cloned().collect();
        assert_eq!(members, ["certificate", "certificate_chain"]);
    }
}

#[tokio::test]
async fn texts_of_a_request_are_there_for_every_type() {
    let made = Made::ec().await;
    let by_request = made.by_request().await;
    for server in ["IIS", "TOMCAT"] {
        let body = json!({ "is_compressed": false, "type": server });

        assert_eq!(made.export(&by_request, body.clone()).await.status, StatusCode::OK);
        let refused = made.export(&made.id, body).await;
        assert_eq!(refused.refusal(), "400 PCA.00020001");
        assert!(refused.text().contains("is_compressed"), "{}", refused.text());
    }
}

#[tokio::test]
async fn key_stores_open_with_the_password_and_differ_each_time() {
    let made = Made::ec().await;
    for (server, store) in [("IIS", "server.pfx"), ("TOMCAT", "server.jks")] {
        let body = json!({ "is_compressed": true, "type": server });

        let (one, two) =
            (made.files(&made.id, body.clone()).await, made.files(&made.id, body).await);

        assert_ne!(one["keystorePass.txt"], two["keystorePass.txt"]);
        assert_ne!(one[store], two[store]);
        let password = String::from_utf8(one["keystorePass.txt"].clone()).unwrap();
        assert!(password.len() >= 16 && password.chars().all(|c| c.is_ascii_alphanumeric()));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("store"), &one[store]).unwrap();
        let list = |password: &str| {
            let arguments = ["-list", "-v", "-keystore", "store", "-storepass", password];
            Command::new("keytool").args(arguments).current_dir(&folder).output().unwrap()
        };
        let listed = String::from_utf8(list(&password).stdout).unwrap();
        assert!(listed.contains("PrivateKeyEntry"), "{listed}");
        assert!(listed.contains("Certificate chain length: 2"), "{listed}");
        assert!(!list("otherPassword").status.success());
    }
}

#[tokio::test]
async fn an_sm2_pair_has_the_files_of_its_four_forms() {
    let made = Made::sm2().await;
    let enveloped = [
        "chain.pem",
        "encCert.pem",
        "encSm2EnvelopedKey.key",
        "signCert.key",
        "signCert.pem",
        "signedAndEnvelopedData.key",
    ];
    let plain = ["chain.pem", "encCert.key", "encCert.pem", "signCert.key", "signCert.pem"];
    for (standard, names) in [("true", &enveloped[..]), ("false", &plain[..])] {
        let body = json!({ "is_compressed": "true", "type": "OTHER", "is_sm_standard": standard,
                           "password": PASSWORD });

        let files = made.files(&made.id, body).await;

        assert_eq!(files.keys().collect::<Vec<_>>(), names);
        let key = public_key(&files["signCert.key"], PASSWORD);
        assert_eq!(key, certified_key(&files["signCert.pem"]));
        if let Some(encryption) = files.get("encCert.key") {
            assert_eq!(public_key(encryption, PASSWORD), certified_key(&files["encCert.pem"]));
        }
    }
    for (standard, names) in [
        (true, &["enc_sm2_enveloped_key", "signed_and_enveloped_data"][..]),
        (false, &["enc_private_key"][..]),
    ] {
        let body = json!({ "is_compressed": false, "type": "OTHER", "is_sm_standard": standard });

        let answer = made.export(&made.id, body).await.json();

        let members: Vec<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
        let common = ["certificate", "certificate_chain", "private_key", "enc_certificate"];
        assert_eq!(members, [&common[..], names].concat());
    }
}

#[tokio::test]
async fn an_sm2_pair_is_for_other_programs_only() {
    let made = Made::sm2().await;
    for server in ["APACHE", "NGINX", "IIS", "TOMCAT"] {
        let refused = made.export(&made.id, json!({ "is_compressed": true, "type": server })).await;

        assert_eq!(refused.refusal(), "400 PCA.00020001");
        assert!(refused.text().contains("OTHER"), "{}", refused.text());
    }
}

#[tokio::test]
async fn the_archive_is_named_after_the_cleaned_common_name() {
    for (name, expected) in [
        ("test", "attachment; filename=\"test_apache.zip\""),
        ("*.example.com", "attachment; filename=\"_.example.com_apache.zip\""),
        (
            "测试",
            "attachment; filename=\"___apache.zip\"; filename*=UTF-8''%E6%B5%8B%E8%AF%95_apache.zip",
        ),
    ] {
        let made = Made::of("EC256", "SHA256", name).await;

        let answer =
            made.export(&made.id, json!({ "is_compressed": true, "type": "APACHE" })).await;

        assert_eq!(answer.header("content-disposition"), expected);
        assert_eq!(answer.header("content-type"), "application/octet-stream");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn the_audit_trail_tells_of_every_key_that_leaves_and_of_nothing_else() {
    let made = Made::ec().await;
    let by_request = made.by_request().await;
    let body = json!({ "is_compressed": false, "type": "OTHER" });
    let told = async || {
        let events = made.server.audit().await;
        events.iter().filter(|event| *event == "export_certificate Done").count()
    };

    assert_eq!(made.export(&by_request, body.clone()).await.status, StatusCode::OK);
    assert_eq!(told().await, 0);
    let answer = made.export(&made.id, body).await;
    assert_eq!(told().await, 1);
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn only_one_that_is_issued_is_exported() {
    let made = Made::ec().await;
    let revoked = made.by_request().await;
    made.post(&format!("{PATH}/{revoked}/revoke"), json!({})).await;
    let body = json!({ "is_compressed": false, "type": "OTHER" });

    let refused = made.export(&revoked, body.clone()).await;
    assert_eq!(refused.refusal(), "403 PCA.00030201");
    assert!(refused.text().contains("REVOKED"), "{}", refused.text());
    made.server.clock.advance(91 * 24 * 3600);
    let refused = made.export(&made.id, body).await;
    assert_eq!(refused.refusal(), "403 PCA.00030201");
    assert!(refused.text().contains("EXPIRED"), "{}", refused.text());
}

#[tokio::test]
async fn without_the_authority_above_there_is_no_chain_to_export() {
    let made = Made::ec().await;
    let authority = format!("{AUTHORITIES}/{}", made.authority);
    made.post(&format!("{authority}/disable"), json!(null)).await;
    made.call(Method::DELETE, &format!("{authority}?pending_days=7"), None).await;
    let body = json!({ "is_compressed": false, "type": "OTHER" });

    assert_eq!(made.export(&made.id, body.clone()).await.status, StatusCode::OK);
    made.server.clock.advance(8 * 24 * 3600);

    assert_eq!(made.export(&made.id, body).await.refusal(), "403 PCA.00030203");
}

#[tokio::test]
async fn what_is_missing_or_another_accounts_is_not_found() {
    let made = Made::ec().await;
    let other = made.server.account("other").await;
    let body = json!({ "is_compressed": false, "type": "OTHER" });

    assert_eq!(made.export(NOBODY, body.clone()).await.refusal(), "404 PCA.10010002");
    let path = format!("{PATH}/{}/export", made.id);
    let token = made.server.token(&other, TestScope::Domain).await;
    let answer = made.server.call(&token, Method::POST, &path, Some(body)).await;
    assert_eq!(answer.refusal(), "404 PCA.10010002");
}

#[tokio::test]
async fn an_empty_is_compressed_is_false_and_a_missing_one_is_refused() {
    let made = Made::ec().await;

    let empty = made.export(&made.id, json!({ "is_compressed": "", "type": "OTHER" })).await;
    let missing = made.export(&made.id, json!({ "type": "OTHER" })).await;

    assert!(empty.string("/certificate").starts_with("-----BEGIN"), "{}", empty.text());
    assert_eq!(missing.refusal(), "400 PCA.00020001");
}

#[tokio::test]
async fn values_that_a_rule_refuses_are_named() {
    let made = Made::ec().await;
    for (member, value) in [
        ("is_compressed", json!(null)),
        ("type", json!(null)),
        ("type", json!("apache")),
        ("type", json!(5)),
        ("type", json!(["APACHE"])),
        ("password", json!("x".repeat(33))),
        ("password", json!("a b")),
        ("password", json!("é")),
        ("password", json!("a\n")),
    ] {
        let mut body = json!({ "is_compressed": true, "type": "OTHER" });
        body[member] = value;

        let refused = made.export(&made.id, body).await;

        assert_eq!(refused.refusal(), "400 PCA.00020001", "{member}");
        assert!(refused.text().contains(member), "{}", refused.text());
    }
}
