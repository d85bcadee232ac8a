//! Signature algorithms: a scheme with its hash, and their AlgorithmIdentifiers.

use super::{HashAlgorithm, KeyAlgorithm, KeyFamily};
use crate::{
    der::{Reader, Writer, tag},
    oid::{self, Oid},
};

/// A signature scheme and the hash it signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2).
    RsaPkcs1(HashAlgorithm),
    /// ECDSA (FIPS 186-5 §6).
    Ecdsa(HashAlgorithm),
    /// SM2 with SM3 (GB/T 32918.2).
    Sm2Sm3,
}

/// A key of this kind does not sign with this hash: SM3 goes with SM2 and with nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key of kind {key} does not sign with {hash}")]
pub struct AlgorithmMismatch {
    /// The kind of key.
    pub key: KeyAlgorithm,
    /// The hash.
    pub hash: HashAlgorithm,
}

/// The AlgorithmIdentifier names no signature algorithm that is used here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unsupported signature algorithm")]
pub struct UnknownSignatureAlgorithm;

impl SignatureAlgorithm {
    /// Those that have an AlgorithmIdentifier, which is all that [`SignatureAlgorithm::for_key`] makes.
    const KNOWN: [(Self, Oid); 7] = [
        (Self::RsaPkcs1(HashAlgorithm::Sha256), oid::SHA256_WITH_RSA),
        (Self::RsaPkcs1(HashAlgorithm::Sha384), oid::SHA384_WITH_RSA),
        (Self::RsaPkcs1(HashAlgorithm::Sha512), oid::SHA512_WITH_RSA),
        (Self::Ecdsa(HashAlgorithm::Sha256), oid::ECDSA_WITH_SHA256),
        (Self::Ecdsa(HashAlgorithm::Sha384), oid::ECDSA_WITH_SHA384),
        (Self::Ecdsa(HashAlgorithm::Sha512), oid::ECDSA_WITH_SHA512),
        (Self::Sm2Sm3, oid::SM2_WITH_SM3),
    ];

    /// The algorithm by which a key of kind `key` signs with `hash`.
    ///
    /// # Errors
    /// [`AlgorithmMismatch`] if exactly one of them is SM2 or SM3.
    pub const fn for_key(
        key: KeyAlgorithm,
        hash: HashAlgorithm,
    ) -> Result<Self, AlgorithmMismatch> {
        match (key.family(), hash) {
            (KeyFamily::Sm2, HashAlgorithm::Sm3) => Ok(Self::Sm2Sm3),
            (KeyFamily::Sm2, _) | (_, HashAlgorithm::Sm3) => Err(AlgorithmMismatch { key, hash }),
            (KeyFamily::Rsa, _) => Ok(Self::RsaPkcs1(hash)),
            (KeyFamily::Ec, _) => Ok(Self::Ecdsa(hash)),
        }
    }

    /// The hash that is signed.
    #[must_use]
    pub const fn hash(self) -> HashAlgorithm {
        match self {
            Self::RsaPkcs1(hash) | Self::Ecdsa(hash) => hash,
            Self::Sm2Sm3 => HashAlgorithm::Sm3,
        }
    }

    /// The family of the keys that sign by it.
    #[must_use]
    pub const fn family(self) -> KeyFamily {
        match self {
            Self::RsaPkcs1(_) => KeyFamily::Rsa,
            Self::Ecdsa(_) => KeyFamily::Ec,
            Self::Sm2Sm3 => KeyFamily::Sm2,
        }
    }

    /// Its object identifier.
    #[must_use]
    pub const fn oid(self) -> Oid {
        match self {
            Self::RsaPkcs1(HashAlgorithm::Sha384) => oid::SHA384_WITH_RSA,
            Self::RsaPkcs1(HashAlgorithm::Sha512) => oid::SHA512_WITH_RSA,
            Self::RsaPkcs1(_) => oid::SHA256_WITH_RSA,
            Self::Ecdsa(HashAlgorithm::Sha384) => oid::ECDSA_WITH_SHA384,
            Self::Ecdsa(HashAlgorithm::Sha512) => oid::ECDSA_WITH_SHA512,
            Self::Ecdsa(_) => oid::ECDSA_WITH_SHA256,
            Self::Sm2Sm3 => oid::SM2_WITH_SM3,
        }
    }

    /// Its AlgorithmIdentifier: with NULL parameters for RSA (RFC 4055 §5), without any for ECDSA
    /// (RFC 5758 §3.2) and SM2 (GM/T 0015).
    #[must_use]
    pub fn der(self) -> Vec<u8> {
        Writer::build(|w| {
            w.sequence(|w| {
                w.oid(&self.oid());
                if self.family() == KeyFamily::Rsa {
                    w.null();
                }
            });
        })
    }

    /// Reads an AlgorithmIdentifier. For RSA absent parameters are accepted too (RFC 4055 §5).
    ///
    /// # Errors
    /// [`UnknownSignatureAlgorithm`] if it is another algorithm or has other parameters.
    pub fn from_der(der: &[u8]) -> Result<Self, UnknownSignatureAlgorithm> {
        let mut outer = Reader::new(der);
        let mut reader = outer.nested(tag::SEQUENCE).map_err(|_| UnknownSignatureAlgorithm)?;
        let oid = reader.oid().map_err(|_| UnknownSignatureAlgorithm)?;
        let (algorithm, _) = Self::KNOWN
            .into_iter()
            .find(|(_, known)| *known == oid)
            .ok_or(UnknownSignatureAlgorithm)?;
        let parameters_fit = match reader.rest() {
            [] => true,
            [tag::NULL, 0] => algorithm.family() == KeyFamily::Rsa,
            _ => false,
        };
        if parameters_fit && outer.is_empty() {
            Ok(algorithm)
        } else {
            Err(UnknownSignatureAlgorithm)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_read_back() {
        for (algorithm, oid) in SignatureAlgorithm::KNOWN {
            assert_eq!(algorithm.oid(), oid);
            assert_eq!(SignatureAlgorithm::from_der(&algorithm.der()), Ok(algorithm));
        }
    }

    #[test]
    fn sm3_goes_with_sm2_alone() {
        for key in KeyAlgorithm::ALL {
            for hash in HashAlgorithm::ALL {
                let fits = (key == KeyAlgorithm::Sm2) == (hash == HashAlgorithm::Sm3);
                assert_eq!(SignatureAlgorithm::for_key(key, hash).is_ok(), fits, "{key} {hash}");
            }
        }
    }

    #[test]
    fn refuses_parameters_that_do_not_belong() {
        let der = Writer::build(|w| {
            w.sequence(|w| {
                w.oid(&oid::ECDSA_WITH_SHA256);
                w.null();
            });
        });
        assert_eq!(SignatureAlgorithm::from_der(&der), Err(UnknownSignatureAlgorithm));
    }
}
