//! `nameConstraints` (RFC 5280 §4.2.1.10).

mod permits;
mod subtree;

pub use permits::Violation;
pub use subtree::Subtree;

use super::ExtensionValue;
use crate::{
    der::{DerError, Reader, Writer, tag},
    oid::{self, Oid},
};

/// Which names may appear in the certificates below a CA.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NameConstraints {
    /// A name of a form that occurs here must lie in one of that form's subtrees.
    pub permitted: Vec<Subtree>,
    /// No name may lie in one of these.
    pub excluded: Vec<Subtree>,
}

impl ExtensionValue for NameConstraints {
    const OID: Oid = oid::NAME_CONSTRAINTS;

    fn from_der(der: &[u8]) -> Result<Self, DerError> {
        let mut outer = Reader::new(der);
        let mut sequence = outer.nested(tag::SEQUENCE)?;
        outer.finish()?;
        let permitted = read_subtrees(&mut sequence, tag::context_constructed(0))?;
        let excluded = read_subtrees(&mut sequence, tag::context_constructed(1))?;
        sequence.finish()?;
        if permitted.is_empty() && excluded.is_empty() {
            return Err(DerError::Value);
        }
        Ok(Self { permitted, excluded })
    }

    fn to_der(&self) -> Vec<u8> {
        Writer::build(|w| {
            w.sequence(|w| {
                write_subtrees(w, tag::context_constructed(0), &self.permitted);
                write_subtrees(w, tag::context_constructed(1), &self.excluded);
            });
        })
    }
}

/// Reads `GeneralSubtrees`, which are not empty if they are there. `minimum` and `maximum` are never used in
/// X.509 (RFC 5280 §4.2.1.10) and refused.
fn read_subtrees(sequence: &mut Reader<'_>, tag: u8) -> Result<Vec<Subtree>, DerError> {
    let Some(mut list) = sequence.optional(tag)? else {
        return Ok(Vec::new());
    };
    let mut subtrees = Vec::new();
    while !list.is_empty() {
        let mut subtree = list.nested(tag::SEQUENCE)?;
        subtrees.push(Subtree::from_element(subtree.any()?)?);
        subtree.finish()?;
    }
    if subtrees.is_empty() { Err(DerError::Value) } else { Ok(subtrees) }
}

fn write_subtrees(w: &mut Writer, tag: u8, subtrees: &[Subtree]) {
    if !subtrees.is_empty() {
        w.nested(tag, |w| {
            subtrees.iter().for_each(|subtree| w.sequence(|w| subtree.write(w)));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::{AttributeType, Name};

    #[test]
    fn what_is_written_is_read_back() {
        let directory = Name::from_attributes(&[(AttributeType::Country, "CN")]).unwrap();
        let value = NameConstraints {
            permitted: vec![
                Subtree::Dns("example.com".to_owned()),
                Subtree::Directory(directory),
                Subtree::Ip { address: vec![10, 0, 0, 0], mask: vec![255, 0, 0, 0] },
            ],
            excluded: vec![
                Subtree::Email(".example.com".to_owned()),
                Subtree::Uri("example.com".to_owned()),
                Subtree::Ip { address: vec![0; 16], mask: vec![0; 16] },
                Subtree::Other(vec![0x88, 2, 0x2a, 3]),
            ],
        };

        assert_eq!(NameConstraints::from_der(&value.to_der()), Ok(value));
    }

    #[test]
    fn empty_lists_and_distances_are_refused() {
        for der in [
            &[0x30, 0][..],
            &[0x30, 2, 0xa0, 0],
            // minimum [0] 1 after an empty dNSName
            &[0x30, 9, 0xa0, 7, 0x30, 5, 0x82, 0, 0x80, 1, 1],
            &[0x30, 7, 0xa0, 5, 0x30, 3, 0x87, 1, 1],
        ] {
            assert!(NameConstraints::from_der(der).is_err(), "{der:?}");
        }
    }
}
