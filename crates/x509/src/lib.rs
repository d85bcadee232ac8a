//! Bytes and values of keys, names, certification requests, certificates and CRLs.
//!
//! Pure: no I/O, no clock, no randomness. Whatever is read is checked; whatever is written is DER.

pub mod bundle;
pub mod certificate;
pub mod chain;
pub mod crl;
pub mod der;
mod error;
pub mod extension;
pub mod general_name;
pub mod key;
pub mod name;
pub mod ocsp;
pub mod oid;
pub mod pem;
pub mod request;
pub mod serial;
pub mod signed;
pub mod time;

pub use certificate::{Certificate, CertificateFields, Version};
pub use crl::{EntrySizes, RevocationList, RevocationListFields, RevokedCertificate};
pub use error::ParseError;
pub use extension::{
    AuthorityInfoAccess, AuthorityKeyIdentifier, BasicConstraints, Criticality,
    CrlDistributionPoints, CrlNumber, DuplicateExtension, ExtendedKeyUsage, Extension,
    ExtensionValue, KeyUsage, NameConstraints, ReasonCode, SubjectAltName, SubjectKeyIdentifier,
};
pub use general_name::GeneralName;
pub use key::{
    HashAlgorithm, KeyAlgorithm, KeyFamily, PrivateKey, PrivateKeyError, PublicKey,
    SignatureAlgorithm,
};
pub use name::{AttributeType, Name, NameError};
pub use oid::Oid;
pub use pem::LineEnding;
pub use request::{CertificationRequest, RequestFields, Sm2EmptyId};
pub use serial::SerialNumber;
pub use time::UnixTime;
