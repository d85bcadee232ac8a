//! The extensions that are understood, read once.

use super::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, Extension, ExtensionValue,
    KeyUsage, NameConstraints, SubjectAltName, SubjectKeyIdentifier,
};
use crate::{
    der::DerError,
    error::{ParseError, Part},
    oid,
};

/// The values of those extensions that are understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Recognized {
    pub(crate) basic_constraints: Option<BasicConstraints>,
    pub(crate) key_usage: Option<KeyUsage>,
    pub(crate) extended_key_usage: Option<ExtendedKeyUsage>,
    pub(crate) subject_alt_name: Option<SubjectAltName>,
    pub(crate) subject_key_identifier: Option<SubjectKeyIdentifier>,
    pub(crate) authority_key_identifier: Option<AuthorityKeyIdentifier>,
    pub(crate) name_constraints: Option<NameConstraints>,
}

impl Recognized {
    /// Reads those among `extensions`.
    pub(crate) fn read(extensions: &[Extension]) -> Result<Self, ParseError> {
        let mut values = Self::default();
        for Extension { oid, value, .. } in extensions {
            if *oid == oid::BASIC_CONSTRAINTS {
                values.basic_constraints = Some(read(value, "basicConstraints")?);
            } else if *oid == oid::KEY_USAGE {
                values.key_usage = Some(read(value, "keyUsage")?);
            } else if *oid == oid::EXTENDED_KEY_USAGE {
                values.extended_key_usage = Some(read(value, "extKeyUsage")?);
            } else if *oid == oid::SUBJECT_ALT_NAME {
                values.subject_alt_name = Some(read(value, "subjectAltName")?);
            } else if *oid == oid::SUBJECT_KEY_IDENTIFIER {
                values.subject_key_identifier = Some(read(value, "subjectKeyIdentifier")?);
            } else if *oid == oid::AUTHORITY_KEY_IDENTIFIER {
                values.authority_key_identifier = Some(read(value, "authorityKeyIdentifier")?);
            } else if *oid == oid::NAME_CONSTRAINTS {
                values.name_constraints = Some(read(value, "nameConstraints")?);
            }
        }
        Ok(values)
    }

    /// The alternative names, of every form.
    pub(crate) fn names(&self) -> &[crate::GeneralName] {
        self.subject_alt_name.as_ref().map_or(&[], |extension| &extension.names)
    }

    /// Checks that the alternative names are fit to be certified.
    pub(crate) fn check_names(&self) -> Result<(), ParseError> {
        self.names()
            .iter()
            .try_for_each(|name| name.check().map_err(|_| DerError::Value))
            .part("subjectAltName")
    }
}

fn read<T: ExtensionValue>(value: &[u8], part: &'static str) -> Result<T, ParseError> {
    T::from_der(value).part(part)
}
