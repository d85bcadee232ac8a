//! Attributes of names and the types that are used here.

use std::fmt;

use super::string;
use crate::{
    der::{DerError, Reader},
    oid::{self, Oid},
};

/// A type of attribute that Cinnabar puts into names (X.520).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AttributeType {
    /// `CN`
    CommonName,
    /// `C`
    Country,
    /// `ST`
    StateOrProvince,
    /// `L`
    Locality,
    /// `O`
    Organization,
    /// `OU`
    OrganizationalUnit,
}

impl AttributeType {
    /// Every type.
    pub const ALL: [Self; 6] = [
        Self::CommonName,
        Self::Country,
        Self::StateOrProvince,
        Self::Locality,
        Self::Organization,
        Self::OrganizationalUnit,
    ];

    /// Its object identifier.
    #[must_use]
    pub const fn oid(self) -> Oid {
        match self {
            Self::CommonName => oid::COMMON_NAME,
            Self::Country => oid::COUNTRY,
            Self::StateOrProvince => oid::STATE_OR_PROVINCE,
            Self::Locality => oid::LOCALITY,
            Self::Organization => oid::ORGANIZATION,
            Self::OrganizationalUnit => oid::ORGANIZATIONAL_UNIT,
        }
    }

    /// Its short name (RFC 4514 §3).
    #[must_use]
    pub const fn short_name(self) -> &'static str {
        match self {
            Self::CommonName => "CN",
            Self::Country => "C",
            Self::StateOrProvince => "ST",
            Self::Locality => "L",
            Self::Organization => "O",
            Self::OrganizationalUnit => "OU",
        }
    }
}

/// Its words in plain English, for messages.
impl fmt::Display for AttributeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CommonName => "common name",
            Self::Country => "country",
            Self::StateOrProvince => "state or province",
            Self::Locality => "locality",
            Self::Organization => "organization",
            Self::OrganizationalUnit => "organizational unit",
        })
    }
}

/// One attribute: its type and its value, as encoded.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Attribute {
    pub(super) oid: Oid,
    pub(super) tag: u8,
    pub(super) value: Vec<u8>,
}

impl Attribute {
    /// Reads the contents of an AttributeTypeAndValue.
    pub(super) fn read(mut content: Reader<'_>) -> Result<Self, DerError> {
        let oid = content.oid()?;
        let value = content.any()?;
        content.finish()?;
        if string::is_string(value.tag) && string::decode(value.tag, value.content).is_none() {
            return Err(DerError::Value);
        }
        Ok(Self { oid, tag: value.tag, value: value.content.to_vec() })
    }

    /// The object identifier of its type.
    #[must_use]
    pub const fn oid(&self) -> &Oid {
        &self.oid
    }

    /// Its type, if it is one of [`AttributeType`].
    #[must_use]
    pub fn kind(&self) -> Option<AttributeType> {
        AttributeType::ALL.into_iter().find(|kind| kind.oid() == self.oid)
    }

    /// Its text; `None` if the value is not a string.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        string::decode(self.tag, &self.value)
    }
}
