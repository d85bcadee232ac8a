//! `subjectAltName` (RFC 5280 §4.2.1.6).

use super::ExtensionValue;
use crate::{
    der::DerError,
    general_name::GeneralName,
    oid::{self, Oid},
};

/// The subject's other names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SubjectAltName {
    /// The names; at least one when written.
    pub names: Vec<GeneralName>,
}

impl ExtensionValue for SubjectAltName {
    const OID: Oid = oid::SUBJECT_ALT_NAME;

    fn from_der(der: &[u8]) -> Result<Self, DerError> {
        Ok(Self { names: GeneralName::sequence_from_der(der)? })
    }

    fn to_der(&self) -> Vec<u8> {
        GeneralName::sequence_to_der(&self.names)
    }
}
