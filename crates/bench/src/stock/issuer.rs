//! The authorities from which a load issues.

use std::fmt;

use clap::ValueEnum;
use serde::Serialize;
use serde_json::{Value, json};
use x509::key::KeyAlgorithm;

/// An authority's key.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Issuer {
    /// P-256.
    #[default]
    P256,
    /// P-384.
    P384,
    /// RSA, 2048 bits.
    Rsa2048,
    /// SM2, which issues pairs: one certificate to sign with, and one to encrypt for.
    Sm2,
}

impl Issuer {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::P256, Self::P384, Self::Rsa2048, Self::Sm2];

    /// Its key.
    pub(crate) fn algorithm(self) -> KeyAlgorithm {
        match self {
            Self::P256 => KeyAlgorithm::EcP256,
            Self::P384 => KeyAlgorithm::EcP384,
            Self::Rsa2048 => KeyAlgorithm::Rsa2048,
            Self::Sm2 => KeyAlgorithm::Sm2,
        }
    }

    /// The key of those to whom it issues: SM2 below SM2, P-256 below all others.
    pub(crate) fn holders_algorithm(self) -> KeyAlgorithm {
        match self {
            Self::P256 | Self::P384 | Self::Rsa2048 => KeyAlgorithm::EcP256,
            Self::Sm2 => KeyAlgorithm::Sm2,
        }
    }

    /// More certificates in a second than are expected of it on a small machine.
    /// Unoptimised, the load program prepares slowly, and is only tried out.
    pub(crate) fn expected_rate(self) -> f64 {
        let tried_out = if cfg!(debug_assertions) { 0.1 } else { 1.0 };
        tried_out
            * match self {
                Self::P256 | Self::P384 | Self::Rsa2048 => 8000.0,
                Self::Sm2 => 1500.0,
            }
    }

    /// The hash of its signatures, as the API names it.
    pub(crate) fn hash(self) -> &'static str {
        match self {
            Self::P256 | Self::Rsa2048 => "SHA256",
            Self::P384 => "SHA384",
            Self::Sm2 => "SM3",
        }
    }

    /// The body that creates it as a root.
    pub(crate) fn body(self) -> Value {
        let mut body = crate::requests::authority(&format!("issuing {self}"), "ROOT");
        body["key_algorithm"] = json!(word(self.algorithm()));
        body["signature_algorithm"] = json!(self.hash());
        body
    }

    /// The body that issues from `authority` with a key that the service makes.
    pub(crate) fn body_with_key(self, authority: &str) -> Value {
        json!({
            "issuer_id": authority,
            "key_algorithm": word(self.holders_algorithm()),
            "signature_algorithm": self.hash(),
            "distinguished_name": { "common_name": "shop.example.org" },
            "validity": { "type": "DAY", "value": 90 },
            "subject_alternative_names": [{ "type": "DNS", "value": "shop.example.org" }],
        })
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::Rsa2048 => "RSA2048",
            Self::Sm2 => "SM2",
        })
    }
}

/// As the API names a key.
fn word(algorithm: KeyAlgorithm) -> &'static str {
    match algorithm {
        KeyAlgorithm::EcP384 => "EC384",
        KeyAlgorithm::Rsa2048 => "RSA2048",
        KeyAlgorithm::Sm2 => "SM2",
        _ => "EC256",
    }
}
