//! The outermost form of certificates, requests and CRLs: signed bytes, algorithm, signature.

use std::ops::Range;

use crate::{
    der::{DerError, Reader, Writer, header, tag},
    key::{BadSignature, PublicKey, SignatureAlgorithm},
    oid::Oid,
};

/// `SEQUENCE { to-be-signed, AlgorithmIdentifier, BIT STRING }` (RFC 5280 §4.1.1, RFC 2986 §4.2).
#[must_use]
pub fn assemble(to_be_signed: &[u8], algorithm: SignatureAlgorithm, signature: &[u8]) -> Vec<u8> {
    Writer::build(|w| {
        w.sequence(|w| {
            w.raw(to_be_signed);
            w.raw(&algorithm.der());
            w.bit_string(signature);
        });
    })
}

/// What [`assemble`] makes, taken apart.
/// What stands before and after so many signed octets that are not in memory: the parts of
/// [`assemble`] around them.
#[must_use]
pub fn around(
    to_be_signed: u64,
    algorithm: SignatureAlgorithm,
    signature: &[u8],
) -> (Vec<u8>, Vec<u8>) {
    let after = Writer::build(|w| {
        w.raw(&algorithm.der());
        w.bit_string(signature);
    });
    let length = to_be_signed.saturating_add(after.len() as u64);
    (header(tag::SEQUENCE, length), after)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signed {
    der: Vec<u8>,
    to_be_signed: Range<usize>,
    algorithm_identifier: Vec<u8>,
    algorithm_oid: Oid,
    algorithm: Option<SignatureAlgorithm>,
    signature: Vec<u8>,
}

impl Signed {
    /// Takes `der` apart. The signed part is only known to be a SEQUENCE.
    pub(crate) fn from_der(der: &[u8]) -> Result<Self, DerError> {
        let mut outer = Reader::new(der);
        let mut signed = outer.nested(tag::SEQUENCE)?;
        outer.finish()?;
        let start = der.len() - signed.rest().len();
        let to_be_signed = signed.any()?;
        if to_be_signed.tag != tag::SEQUENCE {
            return Err(DerError::Tag(to_be_signed.tag));
        }
        let identifier = signed.any()?;
        if identifier.tag != tag::SEQUENCE {
            return Err(DerError::Tag(identifier.tag));
        }
        let algorithm_oid = Reader::new(identifier.content).oid()?;
        let signature = signed.bit_string()?.to_vec();
        signed.finish()?;
        Ok(Self {
            der: der.to_vec(),
            to_be_signed: start..start + to_be_signed.encoded.len(),
            algorithm_identifier: identifier.encoded.to_vec(),
            algorithm_oid,
            algorithm: SignatureAlgorithm::from_der(identifier.encoded).ok(),
            signature,
        })
    }

    /// The whole.
    pub(crate) fn der(&self) -> &[u8] {
        &self.der
    }

    /// The signed part.
    pub(crate) fn to_be_signed(&self) -> &[u8] {
        self.der.get(self.to_be_signed.clone()).unwrap_or_default()
    }

    /// The AlgorithmIdentifier's DER.
    pub(crate) fn algorithm_identifier(&self) -> &[u8] {
        &self.algorithm_identifier
    }

    /// The AlgorithmIdentifier's `algorithm`.
    pub(crate) const fn algorithm_oid(&self) -> &Oid {
        &self.algorithm_oid
    }

    /// The algorithm, if it is supported.
    pub(crate) const fn algorithm(&self) -> Option<SignatureAlgorithm> {
        self.algorithm
    }

    /// Verifies the signature; SM2 with the default identifier.
    pub(crate) fn verify(&self, key: &PublicKey) -> Result<(), BadSignature> {
        let algorithm = self.algorithm.ok_or(BadSignature)?;
        key.verify(algorithm, self.to_be_signed(), &self.signature)
    }

    /// Verifies an SM2 signature with the empty identifier.
    pub(crate) fn verify_sm2_with_empty_id(&self, key: &PublicKey) -> Result<(), BadSignature> {
        if self.algorithm != Some(SignatureAlgorithm::Sm2Sm3) {
            return Err(BadSignature);
        }
        key.verify_sm2_with_id(self.to_be_signed(), &self.signature, b"")
    }
}
