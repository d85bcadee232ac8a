//! Distinguished names (X.501, RFC 5280 §4.1.2.4): values together with their DER.

mod attribute;
mod build;
mod compare;
mod display;
mod string;

pub use attribute::{Attribute, AttributeType};
pub use build::{NameError, NameProblem};

use std::sync::Arc;

use crate::der::{DerError, Reader, tag};

/// A distinguished name.
///
/// Equality is that of the bytes; [`Name::matches`] is that of RFC 5280 §7.1. Clones share their parts.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Name {
    der: Arc<[u8]>,
    rdns: Arc<[Vec<Attribute>]>,
}

impl Name {
    /// Reads a whole `Name`. The bytes are kept as they are, since issuer fields are copied, never rebuilt.
    ///
    /// # Errors
    /// [`DerError`] if it is not DER, a relative name is empty, or a value is not a string of its type.
    pub fn from_der(der: &[u8]) -> Result<Self, DerError> {
        let mut outer = Reader::new(der);
        let mut sequence = outer.nested(tag::SEQUENCE)?;
        outer.finish()?;
        let mut rdns = Vec::new();
        while !sequence.is_empty() {
            rdns.push(read_rdn(sequence.nested(tag::SET)?)?);
        }
        Ok(Self { der: der.into(), rdns: rdns.into() })
    }

    /// The bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The text of the last, that is most specific, attribute of this type.
    #[must_use]
    pub fn attribute(&self, kind: AttributeType) -> Option<String> {
        self.attributes().filter(|attribute| attribute.kind() == Some(kind)).last()?.text()
    }

    /// All attributes, in order.
    pub fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.rdns.iter().flatten()
    }

    /// Whether it has no attribute at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rdns.is_empty()
    }
}

/// Reads the attributes of one RelativeDistinguishedName, which are in DER's order (X.690 §11.6).
fn read_rdn(mut set: Reader<'_>) -> Result<Vec<Attribute>, DerError> {
    let mut attributes = Vec::new();
    let mut previous: &[u8] = &[];
    while !set.is_empty() {
        let element = set.any()?;
        if element.tag != tag::SEQUENCE {
            return Err(DerError::Tag(element.tag));
        }
        if element.encoded < previous {
            return Err(DerError::Value);
        }
        previous = element.encoded;
        attributes.push(Attribute::read(Reader::new(element.content))?);
    }
    if attributes.is_empty() { Err(DerError::Value) } else { Ok(attributes) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{der::Writer, oid};

    /// A name of relative names with attributes `(type, string tag, octets)`.
    fn der(rdns: &[&[(&crate::Oid, u8, &[u8])]]) -> Vec<u8> {
        Writer::build(|w| {
            w.sequence(|w| {
                for rdn in rdns {
                    w.nested(tag::SET, |w| {
                        for (oid, string, octets) in *rdn {
                            w.sequence(|w| {
                                w.oid(oid);
                                w.element(*string, octets);
                            });
                        }
                    });
                }
            });
        })
    }

    #[test]
    fn decodes_every_string_type() {
        for (string, octets) in [
            (tag::UTF8_STRING, "é".as_bytes()),
            (tag::TELETEX_STRING, &[0xe9]),
            (tag::BMP_STRING, &[0x00, 0xe9]),
            (tag::UNIVERSAL_STRING, &[0, 0, 0, 0xe9]),
        ] {
            let name = Name::from_der(&der(&[&[(&oid::COMMON_NAME, string, octets)]])).unwrap();
            assert_eq!(name.attribute(AttributeType::CommonName).as_deref(), Some("é"));
        }
        for string in [tag::PRINTABLE_STRING, tag::IA5_STRING] {
            let name = Name::from_der(&der(&[&[(&oid::COMMON_NAME, string, b"e")]])).unwrap();
            assert_eq!(name.attribute(AttributeType::CommonName).as_deref(), Some("e"));
        }
    }

    #[test]
    fn refuses_strings_that_are_not_of_their_type() {
        for (string, octets) in [
            (tag::UTF8_STRING, &[0xff][..]),
            (tag::PRINTABLE_STRING, &[0xe9]),
            (tag::IA5_STRING, &[0x80]),
            (tag::BMP_STRING, &[0]),
            (tag::BMP_STRING, &[0xd8, 0x00]),
            (tag::UNIVERSAL_STRING, &[0, 0x11, 0, 0]),
        ] {
            let der = der(&[&[(&oid::COMMON_NAME, string, octets)]]);
            assert_eq!(Name::from_der(&der), Err(DerError::Value), "{string:#x} {octets:?}");
        }
    }

    #[test]
    fn refuses_an_empty_relative_name_and_trailing_bytes() {
        assert_eq!(Name::from_der(&[0x30, 2, 0x31, 0]), Err(DerError::Value));
        assert_eq!(Name::from_der(&[0x30, 0, 0]), Err(DerError::Trailing));
    }

    #[test]
    fn refuses_attributes_out_of_order_in_one_relative_name() {
        let cn = (&oid::COMMON_NAME, tag::UTF8_STRING, &b"a"[..]);
        let o = (&oid::ORGANIZATION, tag::UTF8_STRING, &b"a"[..]);

        assert!(Name::from_der(&der(&[&[cn, o]])).is_ok());
        assert!(Name::from_der(&der(&[&[o, cn]])).is_err());
    }

    #[test]
    fn takes_the_last_of_several_attributes() {
        let name = Name::from_attributes(&[
            (AttributeType::CommonName, "first"),
            (AttributeType::CommonName, "last"),
        ])
        .unwrap();

        assert_eq!(name.attribute(AttributeType::CommonName).as_deref(), Some("last"));
    }

    fn values() -> impl Strategy<Value = Vec<(AttributeType, String)>> {
        let value = prop_oneof![
            (
                prop::sample::select(vec![
                    AttributeType::CommonName,
                    AttributeType::Locality,
                    AttributeType::StateOrProvince,
                    AttributeType::Organization,
                    AttributeType::OrganizationalUnit,
                ]),
                "\\PC{1,64}"
            ),
            (Just(AttributeType::Country), "[A-Za-z]{2}"),
        ];
        prop::collection::vec(value, 0..8)
    }

    proptest! {
        #[test]
        fn what_is_built_is_read_back(values in values()) {
            let values: Vec<_> = values.iter().map(|(kind, text)| (*kind, text.as_str())).collect();

            let name = Name::from_attributes(&values).unwrap();
            let read = Name::from_der(name.der()).unwrap();

            prop_assert_eq!(&read, &name);
            let texts: Vec<_> = read.attributes().map(|a| (a.kind().unwrap(), a.text().unwrap())).collect();
            let expected: Vec<_> = values.iter().map(|(kind, text)| (*kind, (*text).to_owned())).collect();
            prop_assert_eq!(texts, expected);
            prop_assert!(read.matches(&name));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(name) = Name::from_der(&bytes) {
                prop_assert_eq!(name.der(), &bytes[..]);
                let _ = name.to_string();
            }
        }
    }
}
