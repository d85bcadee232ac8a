//! `extKeyUsage` (RFC 5280 §4.2.1.12).

use super::ExtensionValue;
use crate::{
    der::{DerError, Reader, Writer, tag},
    oid::{self, Oid},
};

/// The purposes that a key may be used for, in order, known (`oid::SERVER_AUTH`, …) or not.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ExtendedKeyUsage {
    /// The purposes; at least one when written.
    pub purposes: Vec<Oid>,
}

impl ExtendedKeyUsage {
    /// Whether `purpose` is among them.
    #[must_use]
    pub fn contains(&self, purpose: &Oid) -> bool {
        self.purposes.contains(purpose)
    }
}

impl ExtensionValue for ExtendedKeyUsage {
    const OID: Oid = oid::EXTENDED_KEY_USAGE;

    fn from_der(der: &[u8]) -> Result<Self, DerError> {
        let mut outer = Reader::new(der);
        let mut sequence = outer.nested(tag::SEQUENCE)?;
        outer.finish()?;
        let mut purposes = vec![sequence.oid()?];
        while !sequence.is_empty() {
            purposes.push(sequence.oid()?);
        }
        Ok(Self { purposes })
    }

    fn to_der(&self) -> Vec<u8> {
        Writer::build(|w| w.sequence(|w| self.purposes.iter().for_each(|purpose| w.oid(purpose))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let value = ExtendedKeyUsage {
            purposes: vec![oid::TIME_STAMPING, "1.2.3.4".parse().unwrap(), oid::SERVER_AUTH],
        };

        assert_eq!(ExtendedKeyUsage::from_der(&value.to_der()), Ok(value.clone()));
        assert!(value.contains(&oid::SERVER_AUTH) && !value.contains(&oid::CLIENT_AUTH));
    }

    #[test]
    fn an_empty_one_is_refused() {
        assert!(ExtendedKeyUsage::from_der(&[0x30, 0]).is_err());
    }
}
