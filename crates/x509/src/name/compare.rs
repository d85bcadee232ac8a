//! Comparing names (RFC 5280 §7.1).

use super::{Attribute, Name};
use crate::oid::Oid;

/// A value as it is compared: text folded, anything else as its bytes.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Folded<'a> {
    Text(String),
    Other(u8, &'a [u8]),
}

/// The attributes of a relative name as they are compared, in an order of their own.
type FoldedRdn<'a> = Vec<(&'a Oid, Folded<'a>)>;

impl Name {
    /// Whether both are the same name: the same relative names in the same order, text compared without regard to
    /// case, string type and repeated white space (RFC 5280 §7.1; beyond ASCII only case is folded).
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.der == other.der || self.folded() == other.folded()
    }

    /// As [`Name::matches`], whatever the order of the relative names.
    #[must_use]
    pub fn matches_in_any_order(&self, other: &Self) -> bool {
        let (mut ours, mut theirs) = (self.folded(), other.folded());
        ours.sort();
        theirs.sort();
        ours == theirs
    }

    /// Whether it lies in the subtree of `root`, that is, begins with its relative names (RFC 5280 §7.1).
    #[must_use]
    pub fn is_within(&self, root: &Self) -> bool {
        self.folded().starts_with(&root.folded())
    }

    /// Bytes that are equal exactly for names that match: what an index of names is made of.
    #[must_use]
    pub fn comparison_key(&self) -> Vec<u8> {
        let mut key = Vec::with_capacity(self.der.len() + 16);
        for rdn in self.folded() {
            key.extend(length_octets(rdn.len()));
            for (oid, value) in rdn {
                let (kind, octets) = match &value {
                    Folded::Text(text) => (0, text.as_bytes()),
                    Folded::Other(tag, octets) => (*tag, *octets),
                };
                key.extend(length_octets(oid.content().len()));
                key.extend_from_slice(oid.content());
                key.push(kind);
                key.extend(length_octets(octets.len()));
                key.extend_from_slice(octets);
            }
        }
        key
    }

    fn folded(&self) -> Vec<FoldedRdn<'_>> {
        self.rdns.iter().map(|rdn| fold_rdn(rdn)).collect()
    }
}

/// A length as a comparison key holds it. Nothing that is parsed comes near its end.
fn length_octets(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}

fn fold_rdn(rdn: &[Attribute]) -> FoldedRdn<'_> {
    let mut folded: FoldedRdn<'_> = rdn
        .iter()
        .map(|attribute| {
            let value = attribute.text().map_or_else(
                || Folded::Other(attribute.tag, &attribute.value),
                |text| Folded::Text(fold(&text)),
            );
            (&attribute.oid, value)
        })
        .collect();
    folded.sort();
    folded
}

/// Lower case, no white space around, single spaces within.
fn fold(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut folded = String::with_capacity(lower.len());
    for word in lower.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        der::{Writer, tag},
        name::AttributeType::{CommonName, Country, Organization},
    };

    fn name(attributes: &[(super::super::AttributeType, &str)]) -> Name {
        Name::from_attributes(attributes).unwrap()
    }

    #[test]
    fn case_and_white_space_do_not_count() {
        let one = name(&[(Country, "CN"), (CommonName, "Root  Authority ")]);
        let other = name(&[(Country, "cn"), (CommonName, " root authoritY")]);

        assert!(one.matches(&other));
        assert_ne!(one, other);
        assert!(!one.matches(&name(&[(Country, "CN"), (CommonName, "RootAuthority")])));
    }

    #[test]
    fn the_string_type_does_not_count() {
        let utf8 = name(&[(CommonName, "a")]);
        let printable = Name::from_der(&Writer::build(|w| {
            w.sequence(|w| {
                w.nested(tag::SET, |w| {
                    w.sequence(|w| {
                        w.oid(&CommonName.oid());
                        w.element(tag::PRINTABLE_STRING, b"A");
                    });
                });
            });
        }))
        .unwrap();

        assert!(utf8.matches(&printable));
    }

    #[test]
    fn the_order_counts_unless_it_is_to_be_ignored() {
        let one = name(&[(Country, "CN"), (Organization, "o"), (CommonName, "a")]);
        let other = name(&[(CommonName, "A"), (Country, "CN"), (Organization, "O")]);

        assert!(!one.matches(&other));
        assert!(one.matches_in_any_order(&other));
        assert!(!one.matches_in_any_order(&name(&[(Country, "CN"), (CommonName, "a")])));
    }

    #[test]
    fn comparison_keys_are_equal_when_the_names_match() {
        let names = [
            name(&[(Country, "CN"), (CommonName, "Root  Authority ")]),
            name(&[(Country, "cn"), (CommonName, "root authority")]),
            name(&[(CommonName, "root authority"), (Country, "cn")]),
            name(&[(CommonName, "root"), (Country, "cn")]),
            name(&[(CommonName, "root")]),
        ];

        for one in &names {
            for other in &names {
                let equal = one.comparison_key() == other.comparison_key();
                assert_eq!(equal, one.matches(other), "{one} {other}");
            }
        }
    }

    #[test]
    fn a_subtree_holds_what_begins_with_it() {
        let root = name(&[(Country, "CN"), (Organization, "o")]);

        assert!(name(&[(Country, "cn"), (Organization, "O"), (CommonName, "a")]).is_within(&root));
        assert!(root.is_within(&root));
        assert!(root.is_within(&name(&[])));
        assert!(!name(&[(Country, "CN")]).is_within(&root));
        assert!(!name(&[(Organization, "o"), (Country, "CN")]).is_within(&root));
    }
}
