//! Certificates (RFC 5280 §4).

mod fields;
mod read;

pub use fields::CertificateFields;

use crate::{
    error::ParseError,
    extension::{
        BasicConstraints, ExtendedKeyUsage, Extension, KeyUsage, NameConstraints, Recognized,
    },
    general_name::GeneralName,
    key::{BadSignature, KeyError, PublicKey, SignatureAlgorithm},
    name::Name,
    oid::{self, Oid},
    pem::{self, LineEnding},
    serial::SerialNumber,
    signed::Signed,
    time::UnixTime,
};

/// The most octets of a certificate that is read.
pub const MAX_CERTIFICATE: usize = 128 * 1024;

/// The version of a certificate's form (RFC 5280 §4.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    /// Without extensions and unique identifiers.
    V1,
    /// Without extensions.
    V2,
    /// The one in use.
    V3,
}

/// A certificate. Its signature is not verified by reading it.
///
/// A key of an unsupported kind does not keep it from being read: [`Certificate::public_key`] tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    signed: Signed,
    version: Version,
    serial: SerialNumber,
    issuer: Name,
    subject: Name,
    not_before: UnixTime,
    not_after: UnixTime,
    public_key: Result<PublicKey, KeyError>,
    extensions: Vec<Extension>,
    recognized: Recognized,
}

impl Certificate {
    /// Reads a whole certificate.
    ///
    /// # Errors
    /// [`ParseError`] if it is malformed or too large.
    pub fn from_der(der: &[u8]) -> Result<Self, ParseError> {
        read::read(der)
    }

    /// Reads one PEM block `CERTIFICATE`.
    ///
    /// # Errors
    /// As [`Certificate::from_der`], and if there is not exactly one block.
    pub fn from_pem(text: &str) -> Result<Self, ParseError> {
        Self::from_der(&pem::decode_one(text, &["CERTIFICATE"])?)
    }

    /// The bytes it was read from.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        self.signed.der()
    }

    /// It as a PEM block `CERTIFICATE`.
    #[must_use]
    pub fn to_pem(&self, ending: LineEnding) -> String {
        pem::encode("CERTIFICATE", self.der(), ending)
    }

    /// The version of its form.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Its serial number.
    #[must_use]
    pub const fn serial(&self) -> &SerialNumber {
        &self.serial
    }

    /// Who issued it.
    #[must_use]
    pub const fn issuer(&self) -> &Name {
        &self.issuer
    }

    /// Whom it is for.
    #[must_use]
    pub const fn subject(&self) -> &Name {
        &self.subject
    }

    /// The first second of its validity.
    #[must_use]
    pub const fn not_before(&self) -> UnixTime {
        self.not_before
    }

    /// The last second of its validity.
    #[must_use]
    pub const fn not_after(&self) -> UnixTime {
        self.not_after
    }

    /// The certified key.
    ///
    /// # Errors
    /// [`KeyError`] if it is malformed or of an unsupported kind.
    pub const fn public_key(&self) -> Result<&PublicKey, &KeyError> {
        self.public_key.as_ref()
    }

    /// How it is signed; `None` if by an algorithm that is not supported.
    #[must_use]
    pub const fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        self.signed.algorithm()
    }

    /// The object identifier of the signature algorithm, supported or not.
    #[must_use]
    pub const fn signature_algorithm_oid(&self) -> &Oid {
        self.signed.algorithm_oid()
    }

    /// Whether it is signed over a hash for which collisions are known: MD2, MD5 or SHA-1.
    #[must_use]
    pub fn has_weak_signature(&self) -> bool {
        [oid::MD2_WITH_RSA, oid::MD5_WITH_RSA, oid::SHA1_WITH_RSA, oid::ECDSA_WITH_SHA1]
            .contains(self.signature_algorithm_oid())
    }

    /// All extensions, in order.
    #[must_use]
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }

    /// The first critical extension that is not processed (RFC 5280 §4.2).
    ///
    /// `certificatePolicies` counts as processed: every policy is acceptable here, and none is required.
    #[must_use]
    pub fn unknown_critical_extension(&self) -> Option<&Oid> {
        let processed = [
            oid::BASIC_CONSTRAINTS,
            oid::KEY_USAGE,
            oid::EXTENDED_KEY_USAGE,
            oid::SUBJECT_ALT_NAME,
            oid::NAME_CONSTRAINTS,
            oid::SUBJECT_KEY_IDENTIFIER,
            oid::AUTHORITY_KEY_IDENTIFIER,
            oid::CERTIFICATE_POLICIES,
        ];
        self.extensions
            .iter()
            .filter(|extension| extension.critical)
            .map(|extension| &extension.oid)
            .find(|oid| !processed.contains(oid))
    }

    /// Its `basicConstraints`.
    #[must_use]
    pub const fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.recognized.basic_constraints
    }

    /// Its `keyUsage`.
    #[must_use]
    pub const fn key_usage(&self) -> Option<KeyUsage> {
        self.recognized.key_usage
    }

    /// Its `extKeyUsage`.
    #[must_use]
    pub const fn extended_key_usage(&self) -> Option<&ExtendedKeyUsage> {
        self.recognized.extended_key_usage.as_ref()
    }

    /// Its `nameConstraints`.
    #[must_use]
    pub const fn name_constraints(&self) -> Option<&NameConstraints> {
        self.recognized.name_constraints.as_ref()
    }

    /// Its `subjectKeyIdentifier`.
    #[must_use]
    pub fn subject_key_identifier(&self) -> Option<&[u8]> {
        self.recognized.subject_key_identifier.as_ref().map(|identifier| &*identifier.0)
    }

    /// The `keyIdentifier` of its `authorityKeyIdentifier`.
    #[must_use]
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.recognized.authority_key_identifier.as_ref()?.key_identifier.as_deref()
    }

    /// Its alternative names, of every form.
    #[must_use]
    pub fn subject_alt_names(&self) -> &[GeneralName] {
        self.recognized.names()
    }

    /// Whether `basicConstraints` say that it is a CA's.
    #[must_use]
    pub fn is_ca(&self) -> bool {
        self.basic_constraints().is_some_and(BasicConstraints::is_ca)
    }

    /// Whether issuer and subject are the same name (RFC 5280 §6.1).
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.issuer.matches(&self.subject)
    }

    /// Verifies that it is signed by `key`.
    ///
    /// # Errors
    /// [`BadSignature`] if it is not, or the algorithm is not supported.
    pub fn verify_signed_by(&self, key: &PublicKey) -> Result<(), BadSignature> {
        self.signed.verify(key)
    }
}
