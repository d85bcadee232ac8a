//! `authorityInfoAccess` (RFC 5280 §4.2.2.1).

use super::ExtensionValue;
use crate::{
    der::{DerError, Reader, Writer, tag},
    general_name::GeneralName,
    oid::{self, Oid},
};

/// Where the issuer's OCSP responder and its certificate are found. Other access methods are neither
/// written nor kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct AuthorityInfoAccess {
    /// `id-ad-ocsp`: where status is asked for.
    pub ocsp: Vec<GeneralName>,
    /// `id-ad-caIssuers`: where the issuer's certificate is.
    pub ca_issuers: Vec<GeneralName>,
}

impl ExtensionValue for AuthorityInfoAccess {
    const OID: Oid = oid::AUTHORITY_INFO_ACCESS;

    fn from_der(der: &[u8]) -> Result<Self, DerError> {
        let mut outer = Reader::new(der);
        let mut descriptions = outer.nested(tag::SEQUENCE)?;
        outer.finish()?;
        if descriptions.is_empty() {
            return Err(DerError::Value);
        }
        let mut access = Self::default();
        while !descriptions.is_empty() {
            let mut description = descriptions.nested(tag::SEQUENCE)?;
            let method = description.oid()?;
            let location = GeneralName::from_element(description.any()?)?;
            description.finish()?;
            if method == oid::ACCESS_OCSP {
                access.ocsp.push(location);
            } else if method == oid::ACCESS_CA_ISSUERS {
                access.ca_issuers.push(location);
            }
        }
        Ok(access)
    }

    /// OCSP first, as most readers look at it first.
    fn to_der(&self) -> Vec<u8> {
        let ocsp = self.ocsp.iter().map(|location| (oid::ACCESS_OCSP, location));
        let issuers = self.ca_issuers.iter().map(|location| (oid::ACCESS_CA_ISSUERS, location));
        Writer::build(|w| {
            w.sequence(|w| {
                for (method, location) in ocsp.chain(issuers) {
                    w.sequence(|w| {
                        w.oid(&method);
                        location.write(w);
                    });
                }
            });
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> Vec<GeneralName> {
        vec![GeneralName::Uri(url.to_owned())]
    }

    #[test]
    fn what_is_written_is_read_back() {
        for (ocsp, ca_issuers) in [
            (at("http://o.example"), at("http://i.example/1.cer")),
            (Vec::new(), at("http://i.example/1.cer")),
            (at("http://o.example"), Vec::new()),
        ] {
            let written = AuthorityInfoAccess { ocsp, ca_issuers };

            assert_eq!(AuthorityInfoAccess::from_der(&written.to_der()), Ok(written));
        }
    }

    #[test]
    fn other_methods_are_passed_over_and_rubbish_is_refused() {
        let der = [0x30, 8, 0x30, 6, 6, 1, 0x2a, 0x86, 1, b'a'];
        assert_eq!(AuthorityInfoAccess::from_der(&der), Ok(AuthorityInfoAccess::default()));
        for der in [&[0x30, 0][..], &[0x30, 5, 0x30, 3, 6, 1, 0x2a], &[0x31, 0]] {
            assert!(AuthorityInfoAccess::from_der(der).is_err(), "{der:?}");
        }
    }
}
