//! General names (RFC 5280 §4.2.1.6).

mod text;

use std::{fmt, net::IpAddr};

pub use text::GeneralNameError;
pub(crate) use text::{is_host, uri_host};

use crate::{
    der::{DerError, Element, Reader, Writer, tag},
    name::Name,
};

/// A name of one of several forms. What is read is only known to be of its type; [`GeneralName::check`] tells
/// whether it is also fit to be certified.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum GeneralName {
    /// `dNSName`
    Dns(String),
    /// `iPAddress`
    Ip(IpAddr),
    /// `rfc822Name`
    Email(String),
    /// `uniformResourceIdentifier`
    Uri(String),
    /// `directoryName`
    Directory(Name),
    /// Any other form: the whole element's DER.
    Other(Vec<u8>),
}

const EMAIL: u8 = tag::context(1);
const DNS: u8 = tag::context(2);
const DIRECTORY: u8 = tag::context_constructed(4);
const URI: u8 = tag::context(6);
const IP: u8 = tag::context(7);
/// `otherName`, `x400Address`, `ediPartyName`, `registeredID`.
const OTHERS: [u8; 4] = [
    tag::context_constructed(0),
    tag::context_constructed(3),
    tag::context_constructed(5),
    tag::context(8),
];

impl GeneralName {
    /// Reads one name.
    ///
    /// # Errors
    /// [`DerError`] if it is of no known form or not a value of it.
    pub fn from_element(element: Element<'_>) -> Result<Self, DerError> {
        match element.tag {
            EMAIL => Ok(Self::Email(ia5(element.content)?)),
            DNS => Ok(Self::Dns(ia5(element.content)?)),
            URI => Ok(Self::Uri(ia5(element.content)?)),
            DIRECTORY => Ok(Self::Directory(Name::from_der(element.content)?)),
            IP => {
                match (<[u8; 4]>::try_from(element.content), <[u8; 16]>::try_from(element.content))
                {
                    (Ok(octets), _) => Ok(Self::Ip(octets.into())),
                    (_, Ok(octets)) => Ok(Self::Ip(octets.into())),
                    _ => Err(DerError::Value),
                }
            }
            other if OTHERS.contains(&other) => Ok(Self::Other(element.encoded.to_vec())),
            other => Err(DerError::Tag(other)),
        }
    }

    /// Writes it.
    pub fn write(&self, w: &mut Writer) {
        match self {
            Self::Dns(text) => w.element(DNS, text.as_bytes()),
            Self::Email(text) => w.element(EMAIL, text.as_bytes()),
            Self::Uri(text) => w.element(URI, text.as_bytes()),
            Self::Ip(IpAddr::V4(address)) => w.element(IP, &address.octets()),
            Self::Ip(IpAddr::V6(address)) => w.element(IP, &address.octets()),
            Self::Directory(name) => w.element(DIRECTORY, name.der()),
            Self::Other(der) => w.raw(der),
        }
    }

    /// How long it is, in octets.
    pub(crate) fn octets(&self) -> usize {
        match self {
            Self::Dns(text) | Self::Email(text) | Self::Uri(text) => text.len(),
            Self::Ip(_) => 16,
            Self::Directory(name) => name.der().len(),
            Self::Other(der) => der.len(),
        }
    }

    /// Reads a whole `GeneralNames`, which has at least one.
    ///
    /// # Errors
    /// [`DerError`] if it is malformed or empty.
    pub fn sequence_from_der(der: &[u8]) -> Result<Vec<Self>, DerError> {
        let mut outer = Reader::new(der);
        let mut sequence = outer.nested(tag::SEQUENCE)?;
        outer.finish()?;
        let mut names = Vec::new();
        while !sequence.is_empty() {
            names.push(Self::from_element(sequence.any()?)?);
        }
        if names.is_empty() { Err(DerError::Value) } else { Ok(names) }
    }

    /// Writes `names` as `GeneralNames`.
    #[must_use]
    pub fn sequence_to_der(names: &[Self]) -> Vec<u8> {
        Writer::build(|w| w.sequence(|w| names.iter().for_each(|name| name.write(w))))
    }
}

/// The form and the name, as in `DNS:example.com`.
impl fmt::Display for GeneralName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(text) => write!(f, "DNS:{}", text.escape_default()),
            Self::Ip(address) => write!(f, "IP:{address}"),
            Self::Email(text) => write!(f, "EMAIL:{}", text.escape_default()),
            Self::Uri(text) => write!(f, "URI:{}", text.escape_default()),
            Self::Directory(name) => write!(f, "DIR:{name}"),
            Self::Other(_) => f.write_str("a name of another form"),
        }
    }
}

/// The text of an IA5String.
fn ia5(octets: &[u8]) -> Result<String, DerError> {
    match str::from_utf8(octets) {
        Ok(text) if text.is_ascii() => Ok(text.to_owned()),
        _ => Err(DerError::Value),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::name::AttributeType;

    fn names() -> impl Strategy<Value = Vec<GeneralName>> {
        let directory = Name::from_attributes(&[(AttributeType::CommonName, "somebody")]).unwrap();
        let name = prop_oneof![
            "[ -~]{0,40}".prop_map(GeneralName::Dns),
            "[ -~]{0,40}".prop_map(GeneralName::Email),
            "[ -~]{0,200}".prop_map(GeneralName::Uri),
            any::<IpAddr>().prop_map(GeneralName::Ip),
            Just(GeneralName::Directory(directory)),
            Just(GeneralName::Other(vec![0x88, 2, 0x2a, 3])),
        ];
        prop::collection::vec(name, 1..10)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(names in names()) {
            let der = GeneralName::sequence_to_der(&names);

            prop_assert_eq!(GeneralName::sequence_from_der(&der), Ok(names));
        }
    }

    #[test]
    fn refuses_names_that_are_not_of_their_form() {
        for name in [
            &[DNS, 1, 0x80][..],
            &[EMAIL, 2, 0xc3, 0xa9],
            &[IP, 3, 1, 2, 3],
            &[IP, 8, 1, 2, 3, 4, 5, 6, 7, 8],
            &[DIRECTORY, 2, 0x31, 0],
            &[0x89, 0],
            &[0xa2, 0],
        ] {
            let der = Writer::build(|w| w.sequence(|w| w.raw(name)));
            assert!(GeneralName::sequence_from_der(&der).is_err(), "{name:?}");
        }
        assert!(GeneralName::sequence_from_der(&[0x30, 0]).is_err());
    }
}
