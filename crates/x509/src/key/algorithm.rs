//! The kinds of keys.

use std::{fmt, str::FromStr};

use crate::oid::{self, Oid};

/// A kind of key together with its size or curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyAlgorithm {
    /// RSA with a modulus of 2048 bits.
    Rsa2048,
    /// RSA with a modulus of 3072 bits.
    Rsa3072,
    /// RSA with a modulus of 4096 bits.
    Rsa4096,
    /// Elliptic curve P-256 (FIPS 186-5).
    EcP256,
    /// Elliptic curve P-384 (FIPS 186-5).
    EcP384,
    /// SM2 on its own curve (GB/T 32918.5).
    Sm2,
}

/// What keys have in common as to algorithms: which signature schemes they take part in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyFamily {
    /// RSA.
    Rsa,
    /// Elliptic curves of FIPS 186-5, used with ECDSA.
    Ec,
    /// SM2.
    Sm2,
}

/// The text is not the name of an algorithm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the name of a known algorithm")]
pub struct UnknownAlgorithm(pub String);

impl KeyAlgorithm {
    /// Every kind, in the order of the API's documents.
    pub const ALL: [Self; 6] =
        [Self::Rsa2048, Self::Rsa3072, Self::Rsa4096, Self::EcP256, Self::EcP384, Self::Sm2];

    /// The name by which it is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rsa2048 => "RSA2048",
            Self::Rsa3072 => "RSA3072",
            Self::Rsa4096 => "RSA4096",
            Self::EcP256 => "EC256",
            Self::EcP384 => "EC384",
            Self::Sm2 => "SM2",
        }
    }

    /// The family it belongs to.
    #[must_use]
    pub const fn family(self) -> KeyFamily {
        match self {
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => KeyFamily::Rsa,
            Self::EcP256 | Self::EcP384 => KeyFamily::Ec,
            Self::Sm2 => KeyFamily::Sm2,
        }
    }

    /// The RSA kind with a modulus of `bits` bits.
    pub(super) fn from_modulus_bits(bits: usize) -> Option<Self> {
        match bits {
            2048 => Some(Self::Rsa2048),
            3072 => Some(Self::Rsa3072),
            4096 => Some(Self::Rsa4096),
            _ => None,
        }
    }

    /// The kind on this curve (RFC 5480 §2.1.1.1).
    pub(super) fn from_curve(curve: &Oid) -> Option<Self> {
        [Self::EcP256, Self::EcP384, Self::Sm2]
            .into_iter()
            .find(|algorithm| algorithm.curve().as_ref() == Some(curve))
    }

    /// The name of the curve, of a kind that is on one.
    pub(super) fn curve(self) -> Option<Oid> {
        match self {
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => None,
            Self::EcP256 => Some(oid::SECP256R1),
            Self::EcP384 => Some(oid::SECP384R1),
            Self::Sm2 => Some(oid::SM2),
        }
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for KeyAlgorithm {
    type Err = UnknownAlgorithm;

    fn from_str(text: &str) -> Result<Self, UnknownAlgorithm> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == text)
            .ok_or_else(|| UnknownAlgorithm(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for algorithm in KeyAlgorithm::ALL {
            assert_eq!(algorithm.as_str().parse(), Ok(algorithm));
        }
        assert!("rsa2048".parse::<KeyAlgorithm>().is_err());
    }
}
