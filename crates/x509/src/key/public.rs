//! Public keys: reading, writing, identifying, verifying.

use aws_lc_rs::{
    digest,
    encoding::{AsDer, PublicKeyX509Der},
    signature::{self, ParsedPublicKey, UnparsedPublicKey, VerificationAlgorithm},
};
use sm2::{
    dsa::{
        VerifyingKey,
        signature::{Verifier, hazmat::PrehashVerifier},
    },
    elliptic_curve::sec1::ToSec1Point,
};

use super::digest::imported;
use super::{HashAlgorithm, KeyAlgorithm, SM2_DEFAULT_ID, SignatureAlgorithm};
use crate::{
    der::{DerError, Reader, Writer, tag},
    oid,
    pem::{self, LineEnding, PemError},
};

/// A public key of one of the supported kinds, whose point is known to be on its curve.
///
/// Two are equal when they are the same key, however their points were encoded where they were read.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PublicKey {
    algorithm: KeyAlgorithm,
    spki: Vec<u8>,
    /// The contents of the BIT STRING: an RSAPublicKey, or an uncompressed point.
    bits: Vec<u8>,
}

/// Why bytes are not a public key that is supported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The bytes are not a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
    #[error("malformed SubjectPublicKeyInfo: {0}")]
    Malformed(#[from] DerError),
    /// The key is for an algorithm that is not supported.
    #[error("unsupported key algorithm {0}")]
    UnsupportedAlgorithm(oid::Oid),
    /// The key is on a curve that is not supported.
    #[error("unsupported elliptic curve")]
    UnsupportedCurve,
    /// The point is not on the curve.
    #[error("the point is not on its curve")]
    NotOnCurve,
    /// The RSA modulus has another size than 2048, 3072 or 4096 bits, or is even.
    #[error("unsupported RSA modulus of {bits} bits")]
    UnsupportedModulus {
        /// Its size.
        bits: usize,
    },
    /// The RSA public exponent is even, below 65537, or longer than 33 bits, which makes verifying too slow.
    #[error("unsupported RSA public exponent")]
    UnsupportedExponent,
    /// The text is not one PEM block `PUBLIC KEY`.
    #[error("{0}")]
    Pem(#[from] PemError),
}

/// The signature was not made by this key over these bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not verify")]
pub struct BadSignature;

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7; RFC 3279 §2.3.1, RFC 5480 §2).
    ///
    /// # Errors
    /// [`KeyError`] if it is malformed or its kind not supported.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        let mut outer = Reader::new(der);
        let mut spki = outer.nested(tag::SEQUENCE)?;
        outer.finish()?;
        let mut identifier = spki.nested(tag::SEQUENCE)?;
        let bits = spki.bit_string()?;
        spki.finish()?;

        let algorithm = identifier.oid()?;
        if algorithm == oid::RSA_ENCRYPTION {
            identifier.content(tag::NULL)?;
            identifier.finish()?;
            Self::from_rsa_bits(bits)
        } else if algorithm == oid::EC_PUBLIC_KEY {
            if identifier.peek() != Some(tag::OID) {
                return Err(KeyError::UnsupportedCurve);
            }
            let curve = identifier.oid()?;
            identifier.finish()?;
            let algorithm = KeyAlgorithm::from_curve(&curve).ok_or(KeyError::UnsupportedCurve)?;
            Self::from_point(algorithm, bits)
        } else {
            Err(KeyError::UnsupportedAlgorithm(algorithm))
        }
    }

    /// Reads one PEM block `PUBLIC KEY`.
    ///
    /// # Errors
    /// As [`PublicKey::from_spki_der`], and if there is not exactly one block.
    pub fn from_spki_pem(text: &str) -> Result<Self, KeyError> {
        Self::from_spki_der(&pem::decode_one(text, &["PUBLIC KEY"])?)
    }

    /// The key with this RSAPublicKey (RFC 8017 §A.1.1).
    pub(super) fn from_rsa_bits(bits: &[u8]) -> Result<Self, KeyError> {
        let mut outer = Reader::new(bits);
        let mut key = outer.nested(tag::SEQUENCE)?;
        outer.finish()?;
        let modulus = key.unsigned()?;
        let exponent = key.unsigned()?;
        key.finish()?;

        let algorithm = check_rsa(modulus, exponent)?;
        Ok(Self { algorithm, spki: write_spki(algorithm, bits), bits: bits.to_vec() })
    }

    /// The key at this point, compressed or not (SEC 1 §2.3.3).
    pub(super) fn from_point(algorithm: KeyAlgorithm, point: &[u8]) -> Result<Self, KeyError> {
        // Hybrid points and the point at infinity have other first octets.
        if !matches!(point.first(), Some(2..=4)) {
            return Err(KeyError::NotOnCurve);
        }
        let bits = match algorithm {
            KeyAlgorithm::EcP256 => {
                uncompressed_by_aws_lc(&signature::ECDSA_P256_SHA256_ASN1, point, 65)?
            }
            KeyAlgorithm::EcP384 => {
                uncompressed_by_aws_lc(&signature::ECDSA_P384_SHA384_ASN1, point, 97)?
            }
            KeyAlgorithm::Sm2 => {
                let key =
                    sm2::PublicKey::from_sec1_bytes(point).map_err(|_| KeyError::NotOnCurve)?;
                key.to_sec1_point(false).as_bytes().to_vec()
            }
            KeyAlgorithm::Rsa2048 | KeyAlgorithm::Rsa3072 | KeyAlgorithm::Rsa4096 => {
                return Err(KeyError::UnsupportedCurve);
            }
        };
        Ok(Self { algorithm, spki: write_spki(algorithm, &bits), bits })
    }

    /// Its SubjectPublicKeyInfo, a point uncompressed.
    #[must_use]
    pub fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    /// Its SubjectPublicKeyInfo as a PEM block `PUBLIC KEY`.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode("PUBLIC KEY", &self.spki, LineEnding::Lf)
    }

    /// Its kind.
    #[must_use]
    pub const fn algorithm(&self) -> KeyAlgorithm {
        self.algorithm
    }

    /// The contents of the SubjectPublicKeyInfo's BIT STRING: an RSAPublicKey, or an uncompressed point.
    #[must_use]
    pub fn bits(&self) -> &[u8] {
        &self.bits
    }

    /// SHA-1 over the BIT STRING's contents (RFC 5280 §4.2.1.2, method 1).
    #[must_use]
    pub fn key_identifier(&self) -> [u8; 20] {
        let digest = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &self.bits);
        let mut identifier = [0; 20];
        for (to, from) in identifier.iter_mut().zip(digest.as_ref()) {
            *to = *from;
        }
        identifier
    }

    /// Verifies `signature` over `message`; SM2 with the default identifier `1234567812345678`.
    ///
    /// # Errors
    /// [`BadSignature`] if it does not verify, or the algorithm is not one of this kind of key.
    pub fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        match verification_algorithm(self.algorithm, algorithm) {
            Some(by) => UnparsedPublicKey::new(by, &self.bits)
                .verify(message, signature)
                .map_err(|_| BadSignature),
            None if algorithm == SignatureAlgorithm::Sm2Sm3 => {
                self.verify_sm2_with_id(message, signature, SM2_DEFAULT_ID)
            }
            None => Err(BadSignature),
        }
    }

    /// Verifies `signature` over a message of this digest, taken by a
    /// [`MessageDigest`](super::MessageDigest) of this key.
    ///
    /// # Errors
    /// As [`PublicKey::verify`].
    pub fn verify_digest(
        &self,
        algorithm: SignatureAlgorithm,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        if let Some(by) = verification_algorithm(self.algorithm, algorithm) {
            let digest = imported(algorithm.hash(), digest).ok_or(BadSignature)?;
            let key = ParsedPublicKey::new(by, &self.bits).map_err(|_| BadSignature)?;
            return key.verify_digest_sig(&digest, signature).map_err(|_| BadSignature);
        }
        if (self.algorithm, algorithm) != (KeyAlgorithm::Sm2, SignatureAlgorithm::Sm2Sm3) {
            return Err(BadSignature);
        }
        let id = str::from_utf8(SM2_DEFAULT_ID).map_err(|_| BadSignature)?;
        let key = VerifyingKey::from_sec1_bytes(id, &self.bits).map_err(|_| BadSignature)?;
        let signature = sm2::dsa::Signature::from_der(signature).map_err(|_| BadSignature)?;
        key.verify_prehash(digest, &signature).map_err(|_| BadSignature)
    }

    /// Verifies an SM2 signature made with the identifier `id` (GB/T 32918.2 §5.5).
    ///
    /// # Errors
    /// [`BadSignature`] if it does not verify, or this is not an SM2 key.
    pub fn verify_sm2_with_id(
        &self,
        message: &[u8],
        signature: &[u8],
        id: &[u8],
    ) -> Result<(), BadSignature> {
        if self.algorithm != KeyAlgorithm::Sm2 {
            return Err(BadSignature);
        }
        let id = str::from_utf8(id).map_err(|_| BadSignature)?;
        let key = VerifyingKey::from_sec1_bytes(id, &self.bits).map_err(|_| BadSignature)?;
        let signature = sm2::dsa::Signature::from_der(signature).map_err(|_| BadSignature)?;
        key.verify(message, &signature).map_err(|_| BadSignature)
    }
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublicKey({}, ", self.algorithm)?;
        self.key_identifier().iter().try_for_each(|octet| write!(f, "{octet:02x}"))?;
        f.write_str(")")
    }
}

/// Checks an RSA public key and tells its kind.
pub(super) fn check_rsa(modulus: &[u8], exponent: &[u8]) -> Result<KeyAlgorithm, KeyError> {
    let bits = bit_length(modulus);
    let odd = |octets: &[u8]| octets.last().is_some_and(|last| last & 1 == 1);
    let algorithm = KeyAlgorithm::from_modulus_bits(bits)
        .filter(|_| odd(modulus))
        .ok_or(KeyError::UnsupportedModulus { bits })?;
    // An odd number of 17 bits or more is at least 65537.
    if !odd(exponent) || !(17..=33).contains(&bit_length(exponent)) {
        return Err(KeyError::UnsupportedExponent);
    }
    Ok(algorithm)
}

/// The number of significant bits, the first octet being the most significant and not zero.
fn bit_length(octets: &[u8]) -> usize {
    octets.first().map_or(0, |first| octets.len() * 8 - first.leading_zeros() as usize)
}

/// Checks that the point is on the curve of `by` and encodes it in `length` octets, uncompressed.
fn uncompressed_by_aws_lc(
    by: &'static dyn VerificationAlgorithm,
    point: &[u8],
    length: usize,
) -> Result<Vec<u8>, KeyError> {
    let key = ParsedPublicKey::new(by, point).map_err(|_| KeyError::NotOnCurve)?;
    if point.first() == Some(&4) && point.len() == length {
        return Ok(point.to_vec());
    }
    let spki: PublicKeyX509Der<'_> = key.as_der().map_err(|_| KeyError::NotOnCurve)?;
    let spki = spki.as_ref();
    spki.len()
        .checked_sub(length)
        .and_then(|start| spki.get(start..))
        .filter(|bits| bits.first() == Some(&4))
        .map(<[u8]>::to_vec)
        .ok_or(KeyError::NotOnCurve)
}

fn write_spki(algorithm: KeyAlgorithm, bits: &[u8]) -> Vec<u8> {
    Writer::build(|w| {
        w.sequence(|w| {
            write_key_algorithm(w, algorithm);
            w.bit_string(bits);
        });
    })
}

/// The AlgorithmIdentifier of a key (RFC 3279 §2.3.1, RFC 5480 §2.1.1).
pub(super) fn write_key_algorithm(w: &mut Writer, algorithm: KeyAlgorithm) {
    w.sequence(|w| match algorithm.curve() {
        Some(curve) => {
            w.oid(&oid::EC_PUBLIC_KEY);
            w.oid(&curve);
        }
        None => {
            w.oid(&oid::RSA_ENCRYPTION);
            w.null();
        }
    });
}

/// How aws-lc verifies such a signature; `None` for SM2 and for pairs that do not belong together.
fn verification_algorithm(
    key: KeyAlgorithm,
    algorithm: SignatureAlgorithm,
) -> Option<&'static dyn VerificationAlgorithm> {
    use HashAlgorithm::{Sha256, Sha384, Sha512};
    use KeyAlgorithm::{EcP256, EcP384, Rsa2048, Rsa3072, Rsa4096};
    use SignatureAlgorithm::{Ecdsa, RsaPkcs1};

    Some(match (key, algorithm) {
        (Rsa2048 | Rsa3072 | Rsa4096, RsaPkcs1(Sha256)) => &signature::RSA_PKCS1_2048_8192_SHA256,
        (Rsa2048 | Rsa3072 | Rsa4096, RsaPkcs1(Sha384)) => &signature::RSA_PKCS1_2048_8192_SHA384,
        (Rsa2048 | Rsa3072 | Rsa4096, RsaPkcs1(Sha512)) => &signature::RSA_PKCS1_2048_8192_SHA512,
        (EcP256, Ecdsa(Sha256)) => &signature::ECDSA_P256_SHA256_ASN1,
        (EcP256, Ecdsa(Sha384)) => &signature::ECDSA_P256_SHA384_ASN1,
        (EcP256, Ecdsa(Sha512)) => &signature::ECDSA_P256_SHA512_ASN1,
        (EcP384, Ecdsa(Sha256)) => &signature::ECDSA_P384_SHA256_ASN1,
        (EcP384, Ecdsa(Sha384)) => &signature::ECDSA_P384_SHA384_ASN1,
        (EcP384, Ecdsa(Sha512)) => &signature::ECDSA_P384_SHA512_ASN1,
        _ => return None,
    })
}
