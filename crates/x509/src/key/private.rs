//! Private keys: reading what people bring, and one normal form.

use zeroize::Zeroizing;

use super::{PublicKey, ec_private, rsa_private};
use crate::{
    der::{DerError, Reader, Writer, tag},
    key::{KeyAlgorithm, KeyError, public::write_key_algorithm},
    oid::{self, Oid},
    pem::{self, LineEnding, PemError},
};

/// A private key of one of the supported kinds, whose parts are known to belong together. Wiped when dropped.
#[derive(Clone)]
pub struct PrivateKey {
    public_key: PublicKey,
    pkcs8: Zeroizing<Vec<u8>>,
    /// The scalar of a key on a curve, padded to the curve's size.
    scalar: Option<Zeroizing<Vec<u8>>>,
}

/// Why text or bytes are not a private key that is supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PrivateKeyError {
    /// The key is encrypted.
    #[error("the private key is encrypted")]
    Encrypted,
    /// It is not exactly one private key, or its parts do not belong together.
    #[error("the private key cannot be read")]
    Unreadable,
    /// It is a key of a kind that is not supported.
    #[error("the private key is of an unsupported kind")]
    UnsupportedAlgorithm,
}

impl PrivateKey {
    /// Reads one PEM block: `PRIVATE KEY` (PKCS#8, RFC 5958), `RSA PRIVATE KEY` (PKCS#1, RFC 8017 §A.1.2) or
    /// `EC PRIVATE KEY` (SEC 1, RFC 5915; a block `EC PARAMETERS` may stand before it). OpenSSL 3 calls the last
    /// two `SM2 PRIVATE KEY` and `SM2 PARAMETERS` where the curve is SM2's.
    ///
    /// # Errors
    /// [`PrivateKeyError`] if it is encrypted, not exactly one key, inconsistent, or not of a supported kind.
    pub fn from_pem(text: &str) -> Result<Self, PrivateKeyError> {
        let blocks = pem::decode(text)?;
        let mut keys = blocks.iter().filter(|block| !block.label.ends_with(" PARAMETERS"));
        let (Some(key), None) = (keys.next(), keys.next()) else {
            return Err(PrivateKeyError::Unreadable);
        };
        match key.label.as_str() {
            "PRIVATE KEY" => Self::from_pkcs8_der(&key.der),
            "RSA PRIVATE KEY" => rsa_private::from_pkcs1(&key.der),
            "EC PRIVATE KEY" | "SM2 PRIVATE KEY" => ec_private::from_sec1(&key.der, None),
            "ENCRYPTED PRIVATE KEY" => Err(PrivateKeyError::Encrypted),
            "DSA PRIVATE KEY" | "OPENSSH PRIVATE KEY" => Err(PrivateKeyError::UnsupportedAlgorithm),
            _ => Err(PrivateKeyError::Unreadable),
        }
    }

    /// Reads a PrivateKeyInfo or OneAsymmetricKey (PKCS#8, RFC 5958 §2). Attributes are ignored.
    ///
    /// # Errors
    /// [`PrivateKeyError`] if it is inconsistent or not of a supported kind.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, PrivateKeyError> {
        let mut outer = Reader::new(der);
        let mut key = outer.nested(tag::SEQUENCE)?;
        outer.finish()?;
        if !matches!(key.unsigned()?, [0] | [1]) {
            return Err(PrivateKeyError::Unreadable);
        }
        let mut identifier = key.nested(tag::SEQUENCE)?;
        let private = key.content(tag::OCTET_STRING)?;

        let algorithm = identifier.oid()?;
        if algorithm == oid::RSA_ENCRYPTION {
            rsa_private::from_pkcs1(private)
        } else if algorithm == oid::EC_PUBLIC_KEY {
            ec_private::from_sec1(private, Some(curve(&mut identifier)?))
        } else {
            Err(PrivateKeyError::UnsupportedAlgorithm)
        }
    }

    /// The SM2 key with this scalar.
    ///
    /// # Errors
    /// [`PrivateKeyError::Unreadable`] if it is zero or not below n - 1 (GB/T 32918.1 §6.1).
    pub fn from_sm2_scalar(scalar: &[u8; 32]) -> Result<Self, PrivateKeyError> {
        ec_private::from_scalar(KeyAlgorithm::Sm2, scalar)
    }

    /// The key on `algorithm`'s curve with this scalar, which has as many octets as the curve's order.
    ///
    /// # Errors
    /// [`PrivateKeyError`] if the scalar is not in range, or `algorithm` is not on a curve.
    pub fn from_ec_scalar(algorithm: KeyAlgorithm, scalar: &[u8]) -> Result<Self, PrivateKeyError> {
        ec_private::from_scalar(algorithm, scalar)
    }

    /// Puts a key together whose `inner` private key (PKCS#1 or SEC 1) has been checked.
    pub(super) fn assemble(
        public_key: PublicKey,
        scalar: Option<Zeroizing<Vec<u8>>>,
        inner: &[u8],
    ) -> Self {
        let mut w = Writer::with_capacity(inner.len() + 64);
        w.sequence(|w| {
            w.unsigned(&[0]);
            write_key_algorithm(w, public_key.algorithm());
            w.octet_string(inner);
        });
        Self { public_key, pkcs8: Zeroizing::new(w.into_bytes()), scalar }
    }

    /// Its public key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Its kind.
    #[must_use]
    pub const fn algorithm(&self) -> KeyAlgorithm {
        self.public_key.algorithm()
    }

    /// It as PKCS#8 (version 0, no attributes), the same bytes in whichever form it was read.
    #[must_use]
    pub fn pkcs8_der(&self) -> &[u8] {
        &self.pkcs8
    }

    /// It as PKCS#8 in PEM.
    #[must_use]
    pub fn pkcs8_pem(&self) -> Zeroizing<String> {
        Zeroizing::new(pem::encode("PRIVATE KEY", &self.pkcs8, LineEnding::Lf))
    }

    /// The scalar, in as many octets as the curve's order has; `None` for RSA.
    #[must_use]
    pub fn ec_scalar(&self) -> Option<&[u8]> {
        self.scalar.as_ref().map(|scalar| scalar.as_slice())
    }
}

/// Shows the public key only.
impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PrivateKey").field("public_key", &self.public_key).finish_non_exhaustive()
    }
}

impl From<DerError> for PrivateKeyError {
    fn from(_: DerError) -> Self {
        Self::Unreadable
    }
}

impl From<PemError> for PrivateKeyError {
    fn from(error: PemError) -> Self {
        match error {
            PemError::Encrypted => Self::Encrypted,
            _ => Self::Unreadable,
        }
    }
}

impl From<KeyError> for PrivateKeyError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::UnsupportedAlgorithm(_)
            | KeyError::UnsupportedCurve
            | KeyError::UnsupportedModulus { .. }
            | KeyError::UnsupportedExponent => Self::UnsupportedAlgorithm,
            KeyError::Malformed(_) | KeyError::NotOnCurve | KeyError::Pem(_) => Self::Unreadable,
        }
    }
}

/// The named curve of an AlgorithmIdentifier.
fn curve(identifier: &mut Reader<'_>) -> Result<Oid, PrivateKeyError> {
    if identifier.peek() != Some(tag::OID) {
        return Err(PrivateKeyError::UnsupportedAlgorithm);
    }
    Ok(identifier.oid()?)
}
