//! `keyUsage` (RFC 5280 §4.2.1.3).

use std::{fmt, str::FromStr};

use super::ExtensionValue;
use crate::{
    der::{DerError, Reader, Writer, tag},
    oid::{self, Oid},
};

/// A set of usages; bit n is the standard's bit n.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct KeyUsage(u16);

/// The text is not the name of a key usage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the name of a key usage")]
pub struct UnknownKeyUsage(pub String);

/// The names in RFC 5280, in the order of their bits.
const NAMES: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

impl KeyUsage {
    /// No usage.
    pub const EMPTY: Self = Self(0);
    /// Signatures other than those on certificates and CRLs.
    pub const DIGITAL_SIGNATURE: Self = Self(1);
    /// Signatures meant to be binding (also called `contentCommitment`).
    pub const NON_REPUDIATION: Self = Self(1 << 1);
    /// Encrypting keys.
    pub const KEY_ENCIPHERMENT: Self = Self(1 << 2);
    /// Encrypting content itself.
    pub const DATA_ENCIPHERMENT: Self = Self(1 << 3);
    /// Agreeing upon keys.
    pub const KEY_AGREEMENT: Self = Self(1 << 4);
    /// Signing certificates.
    pub const KEY_CERT_SIGN: Self = Self(1 << 5);
    /// Signing CRLs.
    pub const CRL_SIGN: Self = Self(1 << 6);
    /// With `keyAgreement`: only to encipher.
    pub const ENCIPHER_ONLY: Self = Self(1 << 7);
    /// With `keyAgreement`: only to decipher.
    pub const DECIPHER_ONLY: Self = Self(1 << 8);

    /// Whether every usage of `other` is in it.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether there is no usage in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The usages of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Its usages but for those of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Its usages one by one, in the order of their bits.
    pub fn iter(self) -> impl Iterator<Item = Self> {
        (0..NAMES.len()).map(|bit| Self(1 << bit)).filter(move |usage| self.contains(*usage))
    }

    /// The names of its usages (`digitalSignature`, …), in the order of their bits.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        NAMES
            .into_iter()
            .enumerate()
            .filter(move |(bit, _)| self.contains(Self(1 << bit)))
            .map(|(_, name)| name)
    }
}

impl FromIterator<Self> for KeyUsage {
    fn from_iter<I: IntoIterator<Item = Self>>(usages: I) -> Self {
        usages.into_iter().fold(Self::EMPTY, Self::union)
    }
}

/// Reads one usage by its name in RFC 5280.
impl FromStr for KeyUsage {
    type Err = UnknownKeyUsage;

    fn from_str(text: &str) -> Result<Self, UnknownKeyUsage> {
        NAMES
            .iter()
            .position(|name| *name == text)
            .map(|bit| Self(1 << bit))
            .ok_or_else(|| UnknownKeyUsage(text.to_owned()))
    }
}

impl fmt::Debug for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

impl ExtensionValue for KeyUsage {
    const OID: Oid = oid::KEY_USAGE;

    fn from_der(der: &[u8]) -> Result<Self, DerError> {
        let mut reader = Reader::new(der);
        let (unused, octets) = match reader.content(tag::BIT_STRING)? {
            [unused @ 0..=7, octets @ ..] => (*unused, octets),
            _ => return Err(DerError::Value),
        };
        reader.finish()?;
        let (first, second) = match octets {
            [] if unused == 0 => (0, 0),
            [first] => (*first, 0),
            [first, second] => (*first, *second),
            _ => return Err(DerError::Value),
        };
        let last = octets.last().copied().unwrap_or(0);
        // Bit 0 is the most significant; the standard has nine bits.
        let bits = u16::from_be_bytes([first, second]).reverse_bits();
        if last.trailing_zeros() < u32::from(unused) || bits >> NAMES.len() != 0 {
            return Err(DerError::Value);
        }
        Ok(Self(bits))
    }

    fn to_der(&self) -> Vec<u8> {
        let [first, second] = self.0.reverse_bits().to_be_bytes();
        let octets = match (first, second) {
            (0, 0) => vec![],
            (first, 0) => vec![first],
            (first, second) => vec![first, second],
        };
        // DER drops the trailing zero bits of a list of named bits (X.690 §11.2.2).
        let unused = octets.last().map_or(0, |last| last.trailing_zeros());
        Writer::build(|w| {
            w.nested(tag::BIT_STRING, |w| {
                w.raw(&[u8::try_from(unused).unwrap_or(0)]);
                w.raw(&octets);
            });
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_is_read_back() {
        for bits in 0..1 << NAMES.len() {
            let usage = KeyUsage(bits);
            assert_eq!(KeyUsage::from_der(&usage.to_der()), Ok(usage));
            assert_eq!(usage.iter().collect::<KeyUsage>(), usage);
            let named: Result<KeyUsage, _> = usage.names().map(str::parse).collect();
            assert_eq!(named, Ok(usage));
        }
    }

    #[test]
    fn is_encoded_as_the_standard_says() {
        let ca = KeyUsage::KEY_CERT_SIGN.union(KeyUsage::CRL_SIGN);
        assert_eq!(ca.to_der(), [3, 2, 1, 0x06]);
        assert_eq!(KeyUsage::DECIPHER_ONLY.to_der(), [3, 3, 7, 0, 0x80]);
    }

    #[test]
    fn refuses_unknown_bits_and_names() {
        for der in [&[3, 3, 6, 0, 0x40][..], &[3, 2, 1, 0x07], &[3, 1, 1], &[3, 0], &[3, 2, 8, 0]] {
            assert!(KeyUsage::from_der(der).is_err(), "{der:?}");
        }
        assert!("contentCommitment ".parse::<KeyUsage>().is_err());
    }
}
