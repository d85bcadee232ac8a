//! What an issuance consists of, each part by itself.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::rand::{SecureRandom, SystemRandom as Entropy};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use keys::{MasterKey, Vault};
use ledger::system::{SystemClock, SystemRandom};
use ledger::{AccountId, KeyId};
use pki::{KeyBinding, KeyPurpose, KeyStore};
use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;
use x509::key::{KeyAlgorithm, PrivateKey, SignatureAlgorithm};
use x509::{Certificate, CertificationRequest, Sm2EmptyId};

use super::cpu::{nowhere, of_one};
use crate::client::runtime;
use crate::failure::Failure;
use crate::stock::Issuer;

/// Reading a body as the API has it, and writing the answer.
///
/// # Errors
///
/// The body is none.
pub(super) fn json(bodies: &[bytes::Bytes], length: Duration) -> Result<f64, Failure> {
    let answer = Answer { certificate_id: "01a20272-c5fc-7462-9abf-f189f3b30b95" };
    let mut turns = bodies.iter().cycle();
    of_one(length, nowhere, || {
        let body = turns.next().ok_or(Failure::Exhausted("bodies"))?;
        black_box(serde_json::from_slice::<Body>(body).map_err(Failure::Json)?);
        black_box(serde_json::to_vec(&answer).map_err(Failure::Json)?);
        Ok(1)
    })
}

/// Reading a certification request and verifying its signature.
///
/// # Errors
///
/// The request is none.
pub(super) fn csr(bodies: &[bytes::Bytes], length: Duration) -> Result<f64, Failure> {
    let read = |body: &bytes::Bytes| {
        let body: Body = serde_json::from_slice(body).map_err(Failure::Json)?;
        body.csr.ok_or(Failure::Exhausted("certification requests"))
    };
    let csrs: Vec<String> = bodies.iter().take(500).map(read).collect::<Result<_, _>>()?;
    let mut turns = csrs.iter().cycle();
    of_one(length, nowhere, || {
        let pem = turns.next().ok_or(Failure::Exhausted("certification requests"))?;
        let request = CertificationRequest::from_pem(pem);
        let request = request.map_err(Failure::ours("a certification request"))?;
        let verified = request.verify(Sm2EmptyId::Accept);
        verified.map_err(Failure::ours("a request's signature"))?;
        black_box(request.subject_alt_names());
        Ok(1)
    })
}

/// Making a key of this kind, without sealing it.
///
/// # Errors
///
/// The library's own.
pub(super) fn key(algorithm: KeyAlgorithm, length: Duration) -> Result<f64, Failure> {
    of_one(length, nowhere, || {
        match algorithm {
            KeyAlgorithm::Sm2 => {
                let mut scalar = [0; 32];
                let filled = Entropy::new().fill(&mut scalar);
                filled.map_err(|_unspecified| Failure::Cryptography("to make random octets"))?;
                // Below the order of the group (GB/T 32918.5).
                scalar[0] &= 0x7f;
                let key = PrivateKey::from_sm2_scalar(&scalar);
                black_box(key.map_err(Failure::ours("an SM2 key"))?);
            }
            _ => {
                let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING);
                black_box(key.map_err(|_| Failure::Cryptography("to make a P-256 key"))?);
            }
        }
        Ok(1)
    })
}

/// Reading a certificate as it will be signed, and checking its names: the least that a lint does.
///
/// # Errors
///
/// The certificate is none.
pub(super) fn lint(der: &[u8], length: Duration) -> Result<f64, Failure> {
    of_one(length, nowhere, || {
        let certificate = Certificate::from_der(der).map_err(Failure::ours("a certificate"))?;
        for name in certificate.subject_alt_names() {
            name.check().map_err(Failure::ours("a name"))?;
        }
        black_box(certificate.basic_constraints());
        black_box(certificate.key_usage());
        Ok(1)
    })
}

/// What a signature costs.
pub(super) struct Signature {
    /// Making it.
    pub(super) made: f64,
    /// Checking it.
    pub(super) checked: f64,
}

/// Signing a certificate with an authority's opened key; and checking the signature, without which no
/// certificate leaves: a fault of the processor or of the key's memory must not become one.
///
/// # Errors
///
/// The key cannot be made, does not sign, or its signature does not verify.
pub(super) fn signature(
    issuer: Issuer,
    algorithm: SignatureAlgorithm,
    to_be_signed: &[u8],
    length: Duration,
) -> Result<Signature, Failure> {
    let random = SystemRandom;
    let vault = Vault::create(&MasterKey::generate(&random), Arc::new(random));
    let vault = vault.map_err(Failure::ours("a vault"))?.vault;
    let binding = KeyBinding {
        id: KeyId::generate(&SystemClock, &random),
        account: AccountId::generate(&SystemClock, &random),
        purpose: KeyPurpose::Authority,
    };
    let runtime: Runtime = runtime()?;
    let key = runtime.block_on(vault.generate(binding, issuer.algorithm()));
    let key = key.map_err(Failure::ours("a key"))?;
    let mut signature = Vec::new();
    let made = of_one(length, nowhere, || {
        let made = runtime.block_on(vault.sign(&key, algorithm, to_be_signed));
        signature = made.map_err(Failure::ours("a signature"))?;
        Ok(1)
    })?;
    let checked = of_one(length, nowhere, || {
        let verified = key.public_key.verify(algorithm, to_be_signed, black_box(&signature));
        verified.map_err(Failure::ours("a signature"))?;
        Ok(1)
    })?;
    Ok(Signature { made, checked })
}

/// A request as the API reads it.
#[derive(Deserialize)]
#[expect(dead_code, reason = "it is read to see what reading costs")]
struct Body {
    issuer_id: Option<String>,
    csr: Option<String>,
    key_algorithm: Option<String>,
    signature_algorithm: Option<String>,
    distinguished_name: Option<Subject>,
    validity: Option<Validity>,
    subject_alternative_names: Option<Vec<AlternativeName>>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is read to see what reading costs")]
struct Subject {
    common_name: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is read to see what reading costs")]
struct Validity {
    r#type: Option<String>,
    value: Option<i64>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is read to see what reading costs")]
struct AlternativeName {
    r#type: Option<String>,
    value: Option<String>,
}

#[derive(Serialize)]
struct Answer<'a> {
    certificate_id: &'a str,
}
