//! Hostile input: nothing panics, nothing takes long.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use x509::{
    Certificate, CertificationRequest, KeyAlgorithm, PrivateKey, PublicKey, Sm2EmptyId,
    der::Writer, request::MAX_REQUEST,
};

use crate::{
    command::{Scratch, openssl_succeeds},
    fixtures::{key, key_pem},
};

/// A request and a certificate with many extensions, in DER.
fn good(kind: &str) -> Vec<u8> {
    let scratch = Scratch::new();
    let key_file = scratch.file("key.pem", key_pem(KeyAlgorithm::EcP256));
    let mut arguments = vec![
        "req",
        "-new",
        "-key",
        &key_file,
        "-subj",
        "/C=CN/ST=a/L=b/O=c/OU=d/CN=e",
        "-outform",
        "DER",
        "-addext",
        "subjectAltName=DNS:a.example.com,IP:10.0.0.1,email:a@b.c,URI:http://a/",
        "-addext",
        "keyUsage=critical,digitalSignature",
        "-addext",
        "extendedKeyUsage=serverAuth",
        "-addext",
        "nameConstraints=permitted;DNS:a,excluded;IP:10.0.0.0/255.0.0.0",
    ];
    if kind == "certificate" {
        arguments.push("-x509");
    }
    openssl_succeeds(&arguments, b"")
}

/// Reads `der` as everything that can be read, and looks at all of it.
fn read_all(der: &[u8]) {
    if let Ok(request) = CertificationRequest::from_der(der) {
        let _ = request.verify(Sm2EmptyId::Accept);
        let _ = (request.subject_alt_names(), request.subject().to_string());
        assert_eq!(request.der(), der);
    }
    if let Ok(certificate) = Certificate::from_der(der) {
        let _ = certificate.public_key().map(|key| certificate.verify_signed_by(key));
        let _ = (certificate.is_self_issued(), certificate.subject().to_string());
        if let Some(constraints) = certificate.name_constraints() {
            let _ = constraints.permits(certificate.subject(), certificate.subject_alt_names());
        }
        assert_eq!(certificate.der(), der);
    }
    let _ = PublicKey::from_spki_der(der);
    let _ = PrivateKey::from_pkcs8_der(der);
}

#[test]
fn every_octet_of_a_good_one_may_change() {
    for der in
        [good("request"), good("certificate"), key(KeyAlgorithm::EcP256).pkcs8_der().to_vec()]
    {
        for at in 0..der.len() {
            for change in [0x01, 0x80, 0xff] {
                let mut changed = der.clone();
                changed[at] ^= change;
                read_all(&changed);
            }
            read_all(&der[..at]);
        }
    }
}

proptest! {
    #[test]
    fn random_bytes_are_only_refused(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        read_all(&bytes);
    }

    #[test]
    fn random_text_is_only_refused(text in "(-----(BEGIN|END) [A-Z ]{0,12}-----|[A-Za-z0-9+/=]{0,80}|\\PC|\n|\r){0,40}") {
        let _ = CertificationRequest::from_pem(&text);
        let _ = Certificate::from_pem(&text);
        let _ = PrivateKey::from_pem(&text);
        let _ = PublicKey::from_spki_pem(&text);
    }
}

#[test]
fn absurd_nesting_and_sizes_are_refused_at_once() {
    let start = Instant::now();

    let mut nested = Vec::new();
    while nested.len() < MAX_REQUEST - 8 {
        let mut w = Writer::new();
        w.element(0x30, &nested);
        nested = w.into_bytes();
    }
    read_all(&nested);
    read_all(&vec![0x30; 10 * 1024 * 1024]);
    let _ = CertificationRequest::from_pem(&"-----BEGIN A-----\n".repeat(500_000));
    let _ = PrivateKey::from_pem(&"-----BEGIN A-----\n-----END A-----\n".repeat(30_000));

    // Far more than it takes on a busy machine, far less than anything quadratic would.
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}
