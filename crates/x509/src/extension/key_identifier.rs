//! `subjectKeyIdentifier` and `authorityKeyIdentifier` (RFC 5280 §4.2.1.2, §4.2.1.1).

use super::ExtensionValue;
use crate::{
    der::{DerError, Reader, Writer, tag},
    oid::{self, Oid},
};

/// Identifies the certificate's own key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SubjectKeyIdentifier(pub Vec<u8>);

/// Identifies the issuer's key. Only `keyIdentifier` is written; the issuer's name and serial are not kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AuthorityKeyIdentifier {
    /// `keyIdentifier`
    pub key_identifier: Option<Vec<u8>>,
}

impl ExtensionValue for SubjectKeyIdentifier {
    const OID: Oid = oid::SUBJECT_KEY_IDENTIFIER;

    fn from_der(der: &[u8]) -> Result<Self, DerError> {
        let mut reader = Reader::new(der);
        let identifier = reader.content(tag::OCTET_STRING)?;
        reader.finish()?;
        Ok(Self(identifier.to_vec()))
    }

    fn to_der(&self) -> Vec<u8> {
        Writer::build(|w| w.octet_string(&self.0))
    }
}

impl ExtensionValue for AuthorityKeyIdentifier {
    const OID: Oid = oid::AUTHORITY_KEY_IDENTIFIER;

    fn from_der(der: &[u8]) -> Result<Self, DerError> {
        let mut outer = Reader::new(der);
        let mut sequence = outer.nested(tag::SEQUENCE)?;
        outer.finish()?;
        let key_identifier = sequence.optional(tag::context(0))?.map(|id| id.rest().to_vec());
        // authorityCertIssuer and authorityCertSerialNumber.
        for tag in [tag::context_constructed(1), tag::context(2)] {
            sequence.optional(tag)?;
        }
        sequence.finish()?;
        Ok(Self { key_identifier })
    }

    fn to_der(&self) -> Vec<u8> {
        Writer::build(|w| {
            w.sequence(|w| {
                if let Some(identifier) = &self.key_identifier {
                    w.element(tag::context(0), identifier);
                }
            });
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let subject = SubjectKeyIdentifier(vec![7; 20]);
        let authority = AuthorityKeyIdentifier { key_identifier: Some(vec![7; 20]) };

        assert_eq!(SubjectKeyIdentifier::from_der(&subject.to_der()), Ok(subject));
        assert_eq!(AuthorityKeyIdentifier::from_der(&authority.to_der()), Ok(authority));
    }

    #[test]
    fn the_issuers_name_and_serial_are_passed_over() {
        let der = [0x30, 8, 0x80, 1, 9, 0xa1, 0, 0x82, 1, 1];
        assert_eq!(
            AuthorityKeyIdentifier::from_der(&der),
            Ok(AuthorityKeyIdentifier { key_identifier: Some(vec![9]) })
        );
        assert!(AuthorityKeyIdentifier::from_der(&[0x30, 2, 0x83, 0]).is_err());
    }
}
