//! RSA private keys (PKCS#1, RFC 8017 §A.1.2).

use aws_lc_rs::rsa::KeyPair;

use super::{PrivateKey, PrivateKeyError, PublicKey, public::check_rsa};
use crate::der::{Reader, Writer, tag};

/// Reads an RSAPrivateKey of two primes and checks that its parts belong together.
pub(super) fn from_pkcs1(der: &[u8]) -> Result<PrivateKey, PrivateKeyError> {
    let mut outer = Reader::new(der);
    let mut key = outer.nested(tag::SEQUENCE)?;
    outer.finish()?;
    if key.unsigned()? != [0] {
        return Err(PrivateKeyError::UnsupportedAlgorithm);
    }
    let modulus = key.unsigned()?;
    let exponent = key.unsigned()?;
    check_rsa(modulus, exponent)?;
    // privateExponent, prime1, prime2, exponent1, exponent2, coefficient: none exceeds the modulus, so
    // that checking them takes bounded time.
    for _ in 0..6 {
        if key.unsigned()?.len() > modulus.len() {
            return Err(PrivateKeyError::Unreadable);
        }
    }
    key.finish()?;
    KeyPair::from_der(der).map_err(|_| PrivateKeyError::Unreadable)?;

    let public = Writer::build(|w| {
        w.sequence(|w| {
            w.unsigned(modulus);
            w.unsigned(exponent);
        });
    });
    Ok(PrivateKey::assemble(PublicKey::from_rsa_bits(&public)?, None, der))
}
