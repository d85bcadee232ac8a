//! `cRLDistributionPoints` (RFC 5280 §4.2.1.13).

use super::ExtensionValue;
use crate::{
    der::{DerError, Reader, Writer, tag},
    general_name::GeneralName,
    oid::{self, Oid},
};

/// Where the issuer's CRL is found: the full names of all points. Reasons and `cRLIssuer` are neither
/// written nor kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CrlDistributionPoints {
    /// The names; each is written as a point of its own, and there is at least one when written.
    pub full_names: Vec<GeneralName>,
}

impl CrlDistributionPoints {
    /// One point at this URL.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self { full_names: vec![GeneralName::Uri(url.into())] }
    }
}

/// `distributionPoint`, in it `fullName`.
const POINT_NAME: u8 = tag::context_constructed(0);
/// `reasons` and `cRLIssuer`.
const PASSED_OVER: [u8; 2] = [tag::context(1), tag::context_constructed(2)];

impl ExtensionValue for CrlDistributionPoints {
    const OID: Oid = oid::CRL_DISTRIBUTION_POINTS;

    fn from_der(der: &[u8]) -> Result<Self, DerError> {
        let mut outer = Reader::new(der);
        let mut points = outer.nested(tag::SEQUENCE)?;
        outer.finish()?;
        if points.is_empty() {
            return Err(DerError::Value);
        }
        let mut full_names = Vec::new();
        while !points.is_empty() {
            let mut point = points.nested(tag::SEQUENCE)?;
            if let Some(mut name) = point.optional(POINT_NAME)? {
                match name.optional(POINT_NAME)? {
                    Some(mut names) => {
                        while !names.is_empty() {
                            full_names.push(GeneralName::from_element(names.any()?)?);
                        }
                    }
                    // `nameRelativeToCRLIssuer`, which leads nowhere outside a directory.
                    None => {
                        name.nested(tag::context_constructed(1))?;
                    }
                }
                name.finish()?;
            }
            for tag in PASSED_OVER {
                point.optional(tag)?;
            }
            point.finish()?;
        }
        Ok(Self { full_names })
    }

    fn to_der(&self) -> Vec<u8> {
        let point = |w: &mut Writer, name: &GeneralName| {
            w.sequence(|w| w.nested(POINT_NAME, |w| w.nested(POINT_NAME, |w| name.write(w))));
        };
        Writer::build(|w| w.sequence(|w| self.full_names.iter().for_each(|name| point(w, name))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for urls in [&["http://a.example/1.crl"][..], &["http://a.example/1", "http://b.example"]] {
            let full_names = urls.iter().map(|url| GeneralName::Uri((*url).to_owned())).collect();
            let written = CrlDistributionPoints { full_names };

            assert_eq!(CrlDistributionPoints::from_der(&written.to_der()), Ok(written));
        }
    }

    #[test]
    fn a_point_at_a_url_is_the_der_of_the_rfc() {
        let expected = [&[0x30, 11, 0x30, 9, 0xa0, 7, 0xa0, 5, 0x86, 3][..], b"a:b"].concat();
        assert_eq!(CrlDistributionPoints::at("a:b").to_der(), expected);
    }

    #[test]
    fn reasons_and_issuers_are_passed_over_and_rubbish_is_refused() {
        let der = [0x30, 9, 0x30, 7, 0x81, 2, 0, 0x80, 0xa2, 1, 0];
        assert_eq!(
            CrlDistributionPoints::from_der(&der),
            Ok(CrlDistributionPoints { full_names: Vec::new() })
        );
        for der in [&[0x30, 0][..], &[0x30, 4, 0x30, 2, 0x85, 0], &[0x30, 2, 0x31, 0]] {
            assert!(CrlDistributionPoints::from_der(der).is_err(), "{der:?}");
        }
    }
}
