//! The closed lists of words of Private CA.

use pki::authority::{GenerationMode, Kind};
use pki::validity::ValidityUnit;
use x509::KeyUsage;
use x509::key::{HashAlgorithm, KeyAlgorithm};

use crate::choice::choice;
use crate::parameter::BadParameter;

/// Kinds of keys. There is no RSA3072 in this API.
pub(super) const KEY_ALGORITHMS: [(&str, KeyAlgorithm); 5] = [
    ("RSA2048", KeyAlgorithm::Rsa2048),
    ("RSA4096", KeyAlgorithm::Rsa4096),
    ("EC256", KeyAlgorithm::EcP256),
    ("EC384", KeyAlgorithm::EcP384),
    ("SM2", KeyAlgorithm::Sm2),
];

/// The hashes of signatures.
pub(super) const HASHES: [(&str, HashAlgorithm); 4] = [
    ("SHA256", HashAlgorithm::Sha256),
    ("SHA384", HashAlgorithm::Sha384),
    ("SHA512", HashAlgorithm::Sha512),
    ("SM3", HashAlgorithm::Sm3),
];

/// Kinds of authorities.
pub(super) const KINDS: [(&str, Kind); 2] =
    [("ROOT", Kind::Root), ("SUBORDINATE", Kind::Subordinate)];

/// How authorities come to their certificates.
pub(super) const MODES: [(&str, GenerationMode); 2] =
    [("GENERATE", GenerationMode::Generate), ("IMPORT", GenerationMode::Import)];

/// Units of validities.
pub(super) const UNITS: [(&str, ValidityUnit); 4] = [
    ("YEAR", ValidityUnit::Year),
    ("MONTH", ValidityUnit::Month),
    ("DAY", ValidityUnit::Day),
    ("HOUR", ValidityUnit::Hour),
];

/// The usages of a key (RFC 5280 §4.2.1.3).
const KEY_USAGES: [(&str, KeyUsage); 9] = [
    ("digitalSignature", KeyUsage::DIGITAL_SIGNATURE),
    ("nonRepudiation", KeyUsage::NON_REPUDIATION),
    ("keyEncipherment", KeyUsage::KEY_ENCIPHERMENT),
    ("dataEncipherment", KeyUsage::DATA_ENCIPHERMENT),
    ("keyAgreement", KeyUsage::KEY_AGREEMENT),
    ("keyCertSign", KeyUsage::KEY_CERT_SIGN),
    ("cRLSign", KeyUsage::CRL_SIGN),
    ("encipherOnly", KeyUsage::ENCIPHER_ONLY),
    ("decipherOnly", KeyUsage::DECIPHER_ONLY),
];

/// The key usages of a request; an empty list is none given.
pub(super) fn key_usages(words: Option<Vec<String>>) -> Result<Option<KeyUsage>, BadParameter> {
    let words = words.unwrap_or_default();
    let usages = words
        .iter()
        .enumerate()
        .map(|(i, word)| choice(&format!("key_usages[{i}]"), word, &KEY_USAGES))
        .collect::<Result<Vec<_>, _>>()?;
    let usage = usages.into_iter().fold(KeyUsage::EMPTY, KeyUsage::union);
    Ok(if usage.is_empty() { None } else { Some(usage) })
}
