//! The closed lists of words of Private CA.

use pki::RevocationReason;
use pki::authority::{GenerationMode, Kind};
use pki::validity::ValidityUnit;
use utoipa::openapi::{RefOr, Schema};
use x509::KeyUsage;
use x509::key::{HashAlgorithm, KeyAlgorithm};

use crate::choice::choice;
use crate::parameter::BadParameter;
use crate::schema;

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
pub(super) const MODES: [(&str, GenerationMode); 3] = [
    ("CSR", GenerationMode::Csr),
    ("GENERATE", GenerationMode::Generate),
    ("IMPORT", GenerationMode::Import),
];

/// Why a certificate is revoked, in the order of RFC 5280 §5.3.1.
pub(super) const REVOCATION_REASONS: [(&str, RevocationReason); 9] = [
    ("UNSPECIFIED", RevocationReason::Unspecified),
    ("KEY_COMPROMISE", RevocationReason::KeyCompromise),
    ("CERTIFICATE_AUTHORITY_COMPROMISE", RevocationReason::AuthorityCompromise),
    ("AFFILIATION_CHANGED", RevocationReason::AffiliationChanged),
    ("SUPERSEDED", RevocationReason::Superseded),
    ("CESSATION_OF_OPERATION", RevocationReason::CessationOfOperation),
    ("CERTIFICATE_HOLD", RevocationReason::CertificateHold),
    ("PRIVILEGE_WITHDRAWN", RevocationReason::PrivilegeWithdrawn),
    ("ATTRIBUTE_AUTHORITY_COMPROMISE", RevocationReason::AttributeAuthorityCompromise),
];

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

/// The schemas of fields that hold these words.
pub(super) mod schemas {
    use super::*;

    pub(in crate::pca_v1) fn key_algorithm() -> RefOr<Schema> {
        schema::one_of(&KEY_ALGORITHMS)
    }

    pub(in crate::pca_v1) fn optional_key_algorithm() -> RefOr<Schema> {
        schema::optional_one_of(&KEY_ALGORITHMS)
    }

    pub(in crate::pca_v1) fn hash() -> RefOr<Schema> {
        schema::one_of(&HASHES)
    }

    pub(in crate::pca_v1) fn optional_hash() -> RefOr<Schema> {
        schema::optional_one_of(&HASHES)
    }

    pub(in crate::pca_v1) fn kind() -> RefOr<Schema> {
        schema::one_of(&KINDS)
    }

    pub(in crate::pca_v1) fn mode() -> RefOr<Schema> {
        schema::one_of(&MODES)
    }

    pub(in crate::pca_v1) fn optional_revocation_reason() -> RefOr<Schema> {
        schema::optional_one_of(&REVOCATION_REASONS)
    }

    pub(in crate::pca_v1) fn optional_unit() -> RefOr<Schema> {
        schema::optional_one_of(&UNITS)
    }

    pub(in crate::pca_v1) fn optional_key_usages() -> RefOr<Schema> {
        schema::optional_many_of(&KEY_USAGES)
    }
}
