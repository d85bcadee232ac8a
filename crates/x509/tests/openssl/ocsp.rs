//! OCSP: openssl's requests read by us, our answers read and verified by openssl.

use x509::{
    BasicConstraints, Certificate, Criticality, ExtendedKeyUsage, ExtensionValue, KeyAlgorithm,
    KeyUsage, LineEnding, PrivateKey, ReasonCode, SignatureAlgorithm, UnixTime,
    ocsp::{
        BasicResponse, BasicResponseFields, CertId, CertIdHash, CertStatus, IssuerHashes,
        OcspRequest, SingleResponse, successful,
    },
    oid,
};

use crate::command::{Scratch, openssl, openssl_succeeds};
use crate::fixtures::{DAY, DISTID, NOW, ca, issue, key, name, pairs, set_extension, sign, usual};

/// Openssl's names of the hashes of a CertID.
const HASHES: [(&str, CertIdHash); 5] = [
    ("-sha1", CertIdHash::Sha1),
    ("-sha256", CertIdHash::Sha256),
    ("-sha384", CertIdHash::Sha384),
    ("-sha512", CertIdHash::Sha512),
    ("-sm3", CertIdHash::Sm3),
];

/// A root, its responder's certificate for the same kind of key, and a leaf.
struct Chain {
    root: Certificate,
    responder: Certificate,
    leaf: Certificate,
    key: PrivateKey,
}

fn chain(kind: KeyAlgorithm) -> Chain {
    let key = key(kind);
    let root = issue(&ca("Root", &key, "Root", &key), &key, usual(&key));
    let leaf = |subject: &str| {
        let mut fields = ca(subject, &key, "Root", &key);
        set_extension(&mut fields, BasicConstraints::EndEntity.to_extension(Criticality::Critical));
        set_extension(&mut fields, KeyUsage::DIGITAL_SIGNATURE.to_extension(Criticality::Critical));
        fields
    };
    let mut responder = leaf("Root OCSP");
    let purposes = ExtendedKeyUsage { purposes: vec![oid::OCSP_SIGNING] };
    set_extension(&mut responder, purposes.to_extension(Criticality::NotCritical));
    let responder = issue(&responder, &key, usual(&key));
    let leaf = issue(&leaf("leaf"), &key, usual(&key));
    Chain { root, responder, leaf, key }
}

fn hashes(chain: &Chain) -> IssuerHashes {
    IssuerHashes::of(&name("Root"), chain.root.public_key().unwrap())
}

/// The answer to a request, signed.
fn answer(
    chain: &Chain,
    request: &OcspRequest,
    status: CertStatus,
    algorithm: SignatureAlgorithm,
) -> Vec<u8> {
    let single = |cert_id: &CertId| SingleResponse {
        cert_id: cert_id.clone(),
        status,
        this_update: NOW,
        next_update: UnixTime(NOW.0 + 365 * 30 * DAY),
    };
    let fields = BasicResponseFields {
        responder_key_hash: chain.key.public_key().key_identifier(),
        produced_at: NOW,
        responses: request.cert_ids.iter().map(single).collect(),
        nonce: request.nonce.clone(),
    };
    let data = fields.to_be_signed();
    successful(&data, algorithm, &sign(&chain.key, algorithm, &data), chain.responder.der())
}

/// A request by openssl about the leaf.
fn request(chain: &Chain, options: &[&str]) -> Vec<u8> {
    let scratch = Scratch::new();
    let root = scratch.file("root.pem", chain.root.to_pem(LineEnding::Lf));
    let leaf = scratch.file("leaf.pem", chain.leaf.to_pem(LineEnding::Lf));
    let mut arguments = vec!["ocsp"];
    arguments.extend(options);
    let out = scratch.file("request", "");
    arguments.extend(["-issuer", &root, "-cert", &leaf, "-reqout", &out]);
    openssl_succeeds(&arguments, b"");
    std::fs::read(out).unwrap()
}

/// What openssl says of an answer about the leaf.
fn judged(chain: &Chain, request: &[u8], answer: &[u8]) -> String {
    let scratch = Scratch::new();
    let root = scratch.file("root.pem", chain.root.to_pem(LineEnding::Lf));
    let leaf = scratch.file("leaf.pem", chain.leaf.to_pem(LineEnding::Lf));
    let (request, answer) = (scratch.file("request", request), scratch.file("answer", answer));
    let judged = openssl(
        &[
            "ocsp",
            "-no_nonce",
            "-issuer",
            &root,
            "-cert",
            &leaf,
            "-CAfile",
            &root,
            "-reqin",
            &request,
            "-respin",
            &answer,
        ],
        b"",
    );
    format!("{}{}", judged.stderr, String::from_utf8_lossy(&judged.stdout))
}

#[test]
fn requests_by_openssl_are_read_whatever_the_hash() {
    let chain = chain(KeyAlgorithm::EcP256);
    for (option, hash) in HASHES {
        for nonce in ["-nonce", "-no_nonce"] {
            let read = OcspRequest::from_der(&request(&chain, &[option, nonce])).unwrap();

            let issuer = (chain.root.subject(), chain.root.public_key().unwrap());
            let expected = CertId::new(hash, issuer, chain.leaf.serial());
            assert_eq!(read.cert_ids, [expected], "{option}");
            assert!(read.cert_ids[0].is_of(&hashes(&chain)));
            assert_eq!(read.nonce.is_some(), nonce == "-nonce");
        }
    }
}

#[test]
fn a_signed_request_is_read_like_another() {
    let chain = chain(KeyAlgorithm::EcP256);
    let scratch = Scratch::new();
    let signer = scratch.file("signer.pem", chain.responder.to_pem(LineEnding::Lf));
    let signer_key = scratch.file("key.pem", &*chain.key.pkcs8_pem());

    let signed = request(&chain, &["-signer", &signer, "-signkey", &signer_key, "-no_nonce"]);

    let plain = request(&chain, &["-no_nonce"]);
    assert_ne!(signed, plain);
    assert_eq!(OcspRequest::from_der(&signed).unwrap(), OcspRequest::from_der(&plain).unwrap());
}

#[test]
fn openssl_verifies_answers_by_every_signature_algorithm() {
    for (kind, algorithm) in pairs() {
        let chain = chain(kind);
        let asked = request(&chain, &["-nonce"]);
        let read = OcspRequest::from_der(&asked).unwrap();

        let der = answer(&chain, &read, CertStatus::Good, algorithm);

        let back = BasicResponse::from_der(&der).unwrap().unwrap();
        assert!(back.verify_signed_by(chain.key.public_key()).is_ok(), "{kind} {algorithm:?}");
        if kind == KeyAlgorithm::Sm2 {
            // The command cannot name SM2's identifier for an answer; its parts are verified.
            let scratch = Scratch::new();
            let signature = scratch.file("signature", back.signature());
            let public = scratch.file("key.pem", chain.key.public_key().to_pem());
            let arguments =
                ["dgst", "-sm3", "-verify", &public, "-sigopt", DISTID, "-signature", &signature];
            openssl_succeeds(&arguments, back.response_data());
        } else {
            let said = judged(&chain, &asked, &der);
            assert!(said.contains("Response verify OK"), "{kind} {algorithm:?}: {said}");
            assert!(said.contains("leaf.pem: good"), "{said}");
            assert!(!said.contains("WARNING"), "{said}");
        }
    }
}

#[test]
fn openssl_reads_every_status_and_reason() {
    let chain = chain(KeyAlgorithm::EcP256);
    let asked = request(&chain, &["-no_nonce"]);
    let read = OcspRequest::from_der(&asked).unwrap();
    let revoked = |reason| CertStatus::Revoked { at: NOW, reason };
    for (status, words) in [
        (CertStatus::Good, "leaf.pem: good"),
        (CertStatus::Unknown, "leaf.pem: unknown"),
        (revoked(None), "Revocation Time: Jan  1 00:00:00 2026 GMT"),
        (revoked(Some(ReasonCode::KeyCompromise)), "Reason: keyCompromise"),
        (revoked(Some(ReasonCode::Superseded)), "Reason: superseded"),
    ] {
        let der = answer(&chain, &read, status, usual(&chain.key));

        let said = judged(&chain, &asked, &der);
        assert!(said.contains("Response verify OK") && said.contains(words), "{said}");
        assert_eq!(said.contains("Reason"), words.starts_with("Reason"), "{said}");
        let back = BasicResponse::from_der(&der).unwrap().unwrap();
        assert_eq!(back.responses[0].status, status);
    }
}
