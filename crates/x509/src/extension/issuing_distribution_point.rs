//! `issuingDistributionPoint` (RFC 5280 §5.2.5).

use super::ExtensionValue;
use crate::{
    der::{DerError, Reader, Writer, tag},
    general_name::GeneralName,
    oid::{self, Oid},
};

/// The point whose certificates a CRL covers: all those, of every kind and reason, whose
/// `cRLDistributionPoints` has one of these names, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IssuingDistributionPoint {
    /// The point's full names; at least one when written.
    pub full_names: Vec<GeneralName>,
}

/// `distributionPoint`, in it `fullName`.
const POINT_NAME: u8 = tag::context_constructed(0);

impl ExtensionValue for IssuingDistributionPoint {
    const OID: Oid = oid::ISSUING_DISTRIBUTION_POINT;

    /// One that covers only some kinds of certificates or reasons is refused.
    fn from_der(der: &[u8]) -> Result<Self, DerError> {
        let mut outer = Reader::new(der);
        let mut point = outer.nested(tag::SEQUENCE)?;
        outer.finish()?;
        let mut name = point.nested(POINT_NAME)?;
        point.finish()?;
        let mut names = name.nested(POINT_NAME)?;
        name.finish()?;
        let mut full_names = Vec::new();
        while !names.is_empty() {
            full_names.push(GeneralName::from_element(names.any()?)?);
        }
        if full_names.is_empty() { Err(DerError::Value) } else { Ok(Self { full_names }) }
    }

    fn to_der(&self) -> Vec<u8> {
        let names = |w: &mut Writer| self.full_names.iter().for_each(|name| name.write(w));
        Writer::build(|w| {
            w.sequence(|w| w.nested(POINT_NAME, |w| w.nested(POINT_NAME, names)));
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(urls: &[&str]) -> IssuingDistributionPoint {
        let name = |url: &&str| GeneralName::Uri((*url).to_owned());
        IssuingDistributionPoint { full_names: urls.iter().map(name).collect() }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for urls in [&["http://a.example/1.crl"][..], &["http://a.example/1", "http://b.example"]] {
            let written = point(urls);

            assert_eq!(IssuingDistributionPoint::from_der(&written.to_der()), Ok(written));
        }
    }

    #[test]
    fn one_that_covers_only_a_kind_or_has_no_name_is_refused() {
        let named = point(&["http://a.example"]).to_der();
        let only_users = Writer::build(|w| {
            w.sequence(|w| {
                w.raw(&named[2..]);
                w.element(tag::context(1), &[0xff]);
            });
        });
        for der in [only_users, point(&[]).to_der(), vec![0x30, 0]] {
            assert!(IssuingDistributionPoint::from_der(&der).is_err(), "{der:?}");
        }
    }
}
