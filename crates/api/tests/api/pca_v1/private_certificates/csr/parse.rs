//! `POST /v1/private-certificates/csr/parse`

use serde_json::json;
use testkit::TestServer;

use super::super::PATH;
use super::{P256, P384, RSA, SM2, request};

#[tokio::test]
async fn tells_what_a_request_says() {
    let server = TestServer::start().await;
    for (key, algorithm, bits, signature) in [
        (RSA, "RSA", 2048, "SHA256withRSA"),
        (P256, "EC", 256, "SHA256withECDSA"),
        (P384, "EC", 384, "SHA512withECDSA"),
        (SM2, "SM2", 256, "SM3withSM2"),
    ] {
        let csr = request("/C=DE/ST=Hamburg/L=Altona/O=Org/OU=Unit/CN=a.example", key, &[]);

        let answer = server.post(&format!("{PATH}/csr/parse"), json!({ "csr": csr })).await;

        let public_key = answer.string("/public_key");
        assert!(public_key.starts_with("-----BEGIN PUBLIC KEY-----\r\n"), "{public_key}");
        assert!(public_key.ends_with("-----END PUBLIC KEY-----"), "{public_key}");
        let name = json!({ "common_name": "a.example", "country": "DE", "state": "Hamburg",
            "locality": "Altona", "organization": "Org", "organizational_unit": "Unit" });
        assert_eq!(
            answer.json(),
            json!({ "key_algorithm": algorithm, "key_algorithm_length": bits,
                    "signature_algorithm": signature, "public_key": public_key,
                    "distinguished_name": name })
        );
    }
}

#[tokio::test]
async fn what_is_no_request_is_refused() {
    let server = TestServer::start().await;
    for csr in [json!(null), json!(""), json!("x"), json!("x".repeat(5121))] {
        let answer = server.post(&format!("{PATH}/csr/parse"), json!({ "csr": csr })).await;
        assert_eq!(answer.refusal(), "400 PCA.00020302", "{csr}");
    }
}
