//! Keys made by openssl, one of each kind, and signing with them.

use std::sync::OnceLock;

use x509::{
    AuthorityKeyIdentifier, BasicConstraints, Certificate, CertificateFields, Criticality,
    Extension, ExtensionValue, HashAlgorithm, KeyAlgorithm, KeyFamily, KeyUsage, Name, PrivateKey,
    SerialNumber, SignatureAlgorithm, SubjectKeyIdentifier, UnixTime, name::AttributeType, signed,
};

use crate::command::{Scratch, openssl_succeeds, openssl_text};

/// The option that makes openssl use SM2's default identifier.
pub(crate) const DISTID: &str = "distid:1234567812345678";

/// 2026-01-01T00:00:00Z
pub(crate) const NOW: UnixTime = UnixTime(1_767_225_600);
pub(crate) const DAY: i64 = 86_400;

/// Arguments of `openssl genpkey`.
pub(crate) fn genpkey(algorithm: KeyAlgorithm) -> [&'static str; 4] {
    match algorithm {
        KeyAlgorithm::Rsa2048 => ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        KeyAlgorithm::Rsa3072 => ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"],
        KeyAlgorithm::Rsa4096 => ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:4096"],
        KeyAlgorithm::EcP256 => ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        KeyAlgorithm::EcP384 => ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
        KeyAlgorithm::Sm2 => ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2"],
    }
}

/// One key of each kind, in PEM, made once.
pub(crate) fn key_pem(algorithm: KeyAlgorithm) -> &'static str {
    static KEYS: [OnceLock<String>; 6] = [const { OnceLock::new() }; 6];
    let index = KeyAlgorithm::ALL.iter().position(|one| *one == algorithm).unwrap();
    KEYS[index].get_or_init(|| openssl_text(&[&["genpkey"][..], &genpkey(algorithm)].concat(), b""))
}

pub(crate) fn key(algorithm: KeyAlgorithm) -> PrivateKey {
    PrivateKey::from_pem(key_pem(algorithm)).unwrap()
}

/// All pairs of a kind of key with a hash that it signs.
pub(crate) fn pairs() -> Vec<(KeyAlgorithm, SignatureAlgorithm)> {
    KeyAlgorithm::ALL
        .into_iter()
        .flat_map(|key| {
            HashAlgorithm::ALL.map(|hash| (key, SignatureAlgorithm::for_key(key, hash)))
        })
        .filter_map(|(key, algorithm)| Some((key, algorithm.ok()?)))
        .collect()
}

/// openssl's option for the hash.
pub(crate) fn digest_option(algorithm: SignatureAlgorithm) -> &'static str {
    match algorithm.hash() {
        HashAlgorithm::Sha256 => "-sha256",
        HashAlgorithm::Sha384 => "-sha384",
        HashAlgorithm::Sha512 => "-sha512",
        HashAlgorithm::Sm3 => "-sm3",
    }
}

/// Signs by the command, SM2 with the default identifier.
pub(crate) fn sign(key: &PrivateKey, algorithm: SignatureAlgorithm, message: &[u8]) -> Vec<u8> {
    let scratch = Scratch::new();
    let key_file = scratch.file("key.pem", &*key.pkcs8_pem());
    let mut arguments = vec!["dgst", digest_option(algorithm), "-sign", &key_file];
    if algorithm == SignatureAlgorithm::Sm2Sm3 {
        arguments.extend(["-sigopt", DISTID]);
    }
    openssl_succeeds(&arguments, message)
}

/// The algorithm that a kind of key signs by here where the hash does not matter.
pub(crate) fn usual(key: &PrivateKey) -> SignatureAlgorithm {
    let hash = match key.algorithm().family() {
        KeyFamily::Sm2 => HashAlgorithm::Sm3,
        KeyFamily::Rsa | KeyFamily::Ec => HashAlgorithm::Sha256,
    };
    SignatureAlgorithm::for_key(key.algorithm(), hash).unwrap()
}

pub(crate) fn name(common_name: &str) -> Name {
    Name::from_attributes(&[
        (AttributeType::CommonName, common_name),
        (AttributeType::Country, "CN"),
        (AttributeType::Organization, "测试 é"),
    ])
    .unwrap()
}

/// The fields of a CA certificate with the usual extensions.
pub(crate) fn ca(
    subject: &str,
    key: &PrivateKey,
    issuer: &str,
    issuer_key: &PrivateKey,
) -> CertificateFields {
    let authority = issuer_key.public_key().key_identifier().to_vec();
    CertificateFields {
        serial: SerialNumber::from_random(key.public_key().key_identifier()),
        issuer: name(issuer),
        subject: name(subject),
        not_before: UnixTime(NOW.0 - DAY),
        not_after: UnixTime(NOW.0 + 365 * 30 * DAY),
        public_key: key.public_key().clone(),
        extensions: vec![
            BasicConstraints::Ca { path_len: None }.to_extension(Criticality::Critical),
            KeyUsage::KEY_CERT_SIGN.union(KeyUsage::CRL_SIGN).to_extension(Criticality::Critical),
            SubjectKeyIdentifier(key.public_key().key_identifier().to_vec())
                .to_extension(Criticality::NotCritical),
            AuthorityKeyIdentifier { key_identifier: Some(authority) }
                .to_extension(Criticality::NotCritical),
        ],
    }
}

/// Puts `extension` in the place of the one of its kind, or at the end.
pub(crate) fn set_extension(fields: &mut CertificateFields, extension: Extension) {
    fields.extensions.retain(|other| other.oid != extension.oid);
    fields.extensions.push(extension);
}

/// Signs and reads the certificate.
pub(crate) fn issue(
    fields: &CertificateFields,
    issuer: &PrivateKey,
    algorithm: SignatureAlgorithm,
) -> Certificate {
    let to_be_signed = fields.to_be_signed(algorithm).unwrap();
    let signature = sign(issuer, algorithm, &to_be_signed);
    Certificate::from_der(&signed::assemble(&to_be_signed, algorithm, &signature)).unwrap()
}
