//! `basicConstraints` (RFC 5280 §4.2.1.9).

use super::ExtensionValue;
use crate::{
    der::{DerError, Reader, Writer, tag},
    oid::{self, Oid},
};

/// Whether the subject is a CA, and how many CAs may follow below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BasicConstraints {
    /// `cA` is TRUE.
    Ca {
        /// `pathLenConstraint`; what is above 255 is read as 255.
        path_len: Option<u8>,
    },
    /// `cA` is FALSE.
    EndEntity,
}

impl BasicConstraints {
    /// Whether `cA` is TRUE.
    #[must_use]
    pub const fn is_ca(self) -> bool {
        matches!(self, Self::Ca { .. })
    }

    /// `pathLenConstraint`.
    #[must_use]
    pub const fn path_len(self) -> Option<u8> {
        match self {
            Self::Ca { path_len } => path_len,
            Self::EndEntity => None,
        }
    }
}

impl ExtensionValue for BasicConstraints {
    const OID: Oid = oid::BASIC_CONSTRAINTS;

    fn from_der(der: &[u8]) -> Result<Self, DerError> {
        let mut outer = Reader::new(der);
        let mut sequence = outer.nested(tag::SEQUENCE)?;
        outer.finish()?;
        // An encoded default is not DER, but common.
        let ca = match sequence.peek() {
            Some(tag::BOOLEAN) => sequence.boolean()?,
            _ => false,
        };
        if !ca {
            sequence.finish()?;
            return Ok(Self::EndEntity);
        }
        if sequence.is_empty() {
            return Ok(Self::Ca { path_len: None });
        }
        let path_len = match sequence.unsigned()? {
            [path_len] => *path_len,
            _ => u8::MAX,
        };
        sequence.finish()?;
        Ok(Self::Ca { path_len: Some(path_len) })
    }

    fn to_der(&self) -> Vec<u8> {
        Writer::build(|w| {
            w.sequence(|w| {
                if self.is_ca() {
                    w.boolean_true();
                }
                if let Some(path_len) = self.path_len() {
                    w.unsigned(&[path_len]);
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
        for value in [None, Some(0), Some(7), Some(128), Some(255)]
            .map(|path_len| BasicConstraints::Ca { path_len })
            .into_iter()
            .chain([BasicConstraints::EndEntity])
        {
            assert_eq!(BasicConstraints::from_der(&value.to_der()), Ok(value));
        }
    }

    #[test]
    fn a_huge_path_length_is_read_as_the_largest() {
        let der = [0x30, 7, 1, 1, 0xff, 2, 2, 1, 0];
        assert_eq!(
            BasicConstraints::from_der(&der),
            Ok(BasicConstraints::Ca { path_len: Some(255) })
        );
    }

    #[test]
    fn a_path_length_needs_a_ca_and_is_not_negative() {
        for der in [&[0x30, 3, 2, 1, 0][..], &[0x30, 6, 1, 1, 0xff, 2, 1, 0xff], &[0x30, 0, 0]] {
            assert!(BasicConstraints::from_der(der).is_err(), "{der:?}");
        }
    }
}
