//! P-256 with the library that the server uses, and nothing around it.

use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair,
    UnparsedPublicKey,
};

use super::rate;
use crate::failure::Failure;

/// As long as the signed part of a small certification request, in octets.
const MESSAGE: [u8; 250] = [0x5a; 250];

/// Key generations in a second.
pub(crate) fn p256_keys(length: Duration) -> Result<f64, Failure> {
    rate(length, || generate().map(drop))
}

/// Signatures in a second.
pub(crate) fn p256_signatures(length: Duration) -> Result<f64, Failure> {
    let key = generate()?;
    rate(length, || sign(&key).map(drop))
}

/// Verifications in a second, each of a key that is read anew, as a request's is.
pub(crate) fn p256_verifications(length: Duration) -> Result<f64, Failure> {
    let key = generate()?;
    let signature = sign(&key)?;
    let public_key = key.public_key().as_ref();
    rate(length, || {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, public_key)
            .verify(&MESSAGE, &signature)
            .map_err(|_unspecified| Failure::Cryptography("its own signature"))
    })
}

fn generate() -> Result<EcdsaKeyPair, Failure> {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING)
        .map_err(|_unspecified| Failure::Cryptography("to make a P-256 key"))
}

fn sign(key: &EcdsaKeyPair) -> Result<Vec<u8>, Failure> {
    let signature = key
        .sign(&SystemRandom::new(), &MESSAGE)
        .map_err(|_unspecified| Failure::Cryptography("to sign"))?;
    Ok(signature.as_ref().to_vec())
}
