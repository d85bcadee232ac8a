//! Extensions (RFC 5280 §4.2): the envelope here, one kind a file.

mod authority_info_access;
mod basic_constraints;
mod crl_number;
mod distribution_points;
mod extended_key_usage;
mod issuing_distribution_point;
mod key_identifier;
mod key_usage;
mod name_constraints;
mod reason_code;
mod recognized;
mod subject_alt_name;

use std::collections::BTreeSet;

pub use authority_info_access::AuthorityInfoAccess;
pub use basic_constraints::BasicConstraints;
pub use crl_number::CrlNumber;
pub use distribution_points::CrlDistributionPoints;
pub use extended_key_usage::ExtendedKeyUsage;
pub use issuing_distribution_point::IssuingDistributionPoint;
pub use key_identifier::{AuthorityKeyIdentifier, SubjectKeyIdentifier};
pub use key_usage::{KeyUsage, UnknownKeyUsage};
pub use name_constraints::{NameConstraints, Subtree, Violation};
pub use reason_code::ReasonCode;
pub(crate) use recognized::Recognized;
pub use subject_alt_name::SubjectAltName;

use crate::{
    der::{DerError, Reader, Writer, tag},
    error::{ParseError, Part},
    oid::Oid,
};

/// An extension of any kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Extension {
    /// Its kind.
    pub oid: Oid,
    /// Whether one who does not know the kind must refuse the whole.
    pub critical: bool,
    /// The contents of `extnValue`: the DER of the value.
    pub value: Vec<u8>,
}

/// Whether an extension is critical.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criticality {
    /// One who does not know the kind must refuse the whole.
    Critical,
    /// One who does not know the kind may ignore it.
    NotCritical,
}

/// Two extensions are of one kind (RFC 5280 §4.2 forbids it).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("extension {0} appears twice")]
pub struct DuplicateExtension(pub Oid);

/// A value that is carried in an extension of its own kind.
pub trait ExtensionValue: Sized {
    /// The kind.
    const OID: Oid;

    /// Reads the value.
    ///
    /// # Errors
    /// [`DerError`] if it is malformed.
    fn from_der(der: &[u8]) -> Result<Self, DerError>;

    /// Writes the value.
    fn to_der(&self) -> Vec<u8>;

    /// The extension that carries it.
    fn to_extension(&self, criticality: Criticality) -> Extension {
        Extension {
            oid: Self::OID,
            critical: criticality == Criticality::Critical,
            value: self.to_der(),
        }
    }
}

/// Reads the contents of an `Extensions`.
pub(crate) fn read_extensions(mut sequence: Reader<'_>) -> Result<Vec<Extension>, ParseError> {
    let mut extensions = Vec::new();
    while !sequence.is_empty() {
        extensions.push(read_extension(&mut sequence).part("extensions")?);
    }
    check_unique(&extensions)
        .map_err(|DuplicateExtension(oid)| ParseError::DuplicateExtension(oid))?;
    Ok(extensions)
}

fn read_extension(sequence: &mut Reader<'_>) -> Result<Extension, DerError> {
    let mut extension = sequence.nested(tag::SEQUENCE)?;
    let oid = extension.oid()?;
    // An encoded default is not DER, but so common that refusing it would help nobody.
    let critical = match extension.peek() {
        Some(tag::BOOLEAN) => extension.boolean()?,
        _ => false,
    };
    let value = extension.content(tag::OCTET_STRING)?.to_vec();
    extension.finish()?;
    Ok(Extension { oid, critical, value })
}

/// Writes `Extensions`.
pub(crate) fn write_extensions(w: &mut Writer, extensions: &[Extension]) {
    w.sequence(|w| {
        for extension in extensions {
            w.sequence(|w| {
                w.oid(&extension.oid);
                if extension.critical {
                    w.boolean_true();
                }
                w.octet_string(&extension.value);
            });
        }
    });
}

/// Checks that no two extensions are of one kind.
pub(crate) fn check_unique(extensions: &[Extension]) -> Result<(), DuplicateExtension> {
    let mut seen = BTreeSet::new();
    match extensions.iter().find(|extension| !seen.insert(&extension.oid)) {
        Some(twice) => Err(DuplicateExtension(twice.oid.clone())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::oid;

    fn extensions() -> impl Strategy<Value = Vec<Extension>> {
        let extension = (0_u8..40, any::<bool>(), prop::collection::vec(any::<u8>(), 0..300));
        prop::collection::vec(extension, 0..6).prop_map(|extensions| {
            extensions
                .into_iter()
                .map(|(number, critical, value)| Extension {
                    oid: format!("2.5.29.{number}").parse().unwrap(),
                    critical,
                    value,
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_unless_a_kind_is_there_twice(extensions in extensions()) {
            let der = Writer::build(|w| write_extensions(w, &extensions));

            let read = read_extensions(Reader::new(&der).nested(tag::SEQUENCE).unwrap());

            match check_unique(&extensions) {
                Ok(()) => prop_assert_eq!(read, Ok(extensions)),
                Err(DuplicateExtension(oid)) => {
                    prop_assert_eq!(read, Err(ParseError::DuplicateExtension(oid)));
                }
            }
        }

        #[test]
        fn no_bytes_make_a_kind_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = read_extensions(Reader::new(&bytes));
            let _ = BasicConstraints::from_der(&bytes);
            let _ = KeyUsage::from_der(&bytes);
            let _ = ExtendedKeyUsage::from_der(&bytes);
            let _ = SubjectAltName::from_der(&bytes);
            let _ = SubjectKeyIdentifier::from_der(&bytes);
            let _ = AuthorityKeyIdentifier::from_der(&bytes);
            let _ = NameConstraints::from_der(&bytes);
            let _ = CrlNumber::from_der(&bytes);
            let _ = ReasonCode::from_der(&bytes);
            let _ = AuthorityInfoAccess::from_der(&bytes);
            let _ = CrlDistributionPoints::from_der(&bytes);
        }
    }

    #[test]
    fn an_encoded_default_is_tolerated() {
        let der = Writer::build(|w| {
            w.sequence(|w| {
                w.oid(&oid::KEY_USAGE);
                w.element(tag::BOOLEAN, &[0]);
                w.octet_string(&[1]);
            });
        });

        let read = read_extensions(Reader::new(&der)).unwrap();

        assert_eq!(read, [Extension { oid: oid::KEY_USAGE, critical: false, value: vec![1] }]);
    }
}
