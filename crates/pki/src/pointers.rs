//! Where a new certificate tells relying parties to look (RFC 5280 §4.2.1.13, §4.2.2.1).

use ledger::CaId;
use x509::{
    AuthorityInfoAccess, Criticality, CrlDistributionPoints, Extension, ExtensionValue, GeneralName,
};

use crate::authority::{Authority, OcspSwitch};
use crate::{Error, Pki};

/// The addresses that a new certificate carries. What lies there is served for ever.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Pointers {
    /// Its issuer's CRL, or the part of it that tells of this certificate.
    pub(crate) crl: Option<String>,
    /// Where its status is asked for.
    pub(crate) ocsp: Option<String>,
    /// Its issuer's certificate.
    pub(crate) issuer: Option<String>,
}

impl Pki {
    /// The addresses for a certificate by `issuer` now: that of the CRL while CRLs of the issuer are
    /// on, that of OCSP while its switch is on, that of the issuer's certificate whenever the public
    /// listener's URL is known.
    ///
    /// # Errors
    ///
    /// `PublicUrlUnknown` and `IssuerRefuses` where what is on cannot be addressed (any more): it is
    /// not left out in silence.
    pub(crate) async fn pointers(
        &self,
        issuer: &Authority,
        shard: Option<u32>,
    ) -> Result<Pointers, Error> {
        let public = &self.settings.public_url;
        let ocsp = match issuer.ocsp {
            OcspSwitch::Off => None,
            OcspSwitch::On => Some(self.ocsp_address(issuer.id)?),
        };
        Ok(Pointers {
            crl: self.crl_address(issuer, shard).await?,
            ocsp,
            issuer: public.join(&format!("ca/{}.cer", issuer.id)),
        })
    }

    /// The address of the OCSP responder of an authority.
    ///
    /// # Errors
    ///
    /// `PublicUrlUnknown`.
    pub(crate) fn ocsp_address(&self, authority: CaId) -> Result<String, Error> {
        self.settings.public_url.needed(&ocsp_path(authority))
    }
}

fn ocsp_path(authority: CaId) -> String {
    format!("ocsp/{authority}")
}

impl Pointers {
    /// The extensions that carry them, none of them critical; what is not known is in none.
    pub(crate) fn extensions(&self) -> Vec<Extension> {
        let name = |url: &String| GeneralName::Uri(url.clone());
        let access = AuthorityInfoAccess {
            ocsp: self.ocsp.iter().map(name).collect(),
            ca_issuers: self.issuer.iter().map(name).collect(),
        };
        let points = self.crl.as_ref().map(|url| CrlDistributionPoints::at(url.as_str()));
        let points = points.map(|points| points.to_extension(Criticality::NotCritical));
        let told = !(access.ocsp.is_empty() && access.ca_issuers.is_empty());
        let access = told.then(|| access.to_extension(Criticality::NotCritical));
        points.into_iter().chain(access).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_is_in_its_own_extension_and_none_is_critical() {
        let pointers = Pointers {
            crl: Some("http://c".to_owned()),
            ocsp: Some("http://o".to_owned()),
            issuer: Some("http://i".to_owned()),
        };

        let [points, access] = &pointers.extensions()[..] else { panic!("two extensions") };

        assert_eq!(
            CrlDistributionPoints::from_der(&points.value),
            Ok(CrlDistributionPoints::at("http://c"))
        );
        let access_value = AuthorityInfoAccess::from_der(&access.value).unwrap();
        assert_eq!(access_value.ocsp, [GeneralName::Uri("http://o".to_owned())]);
        assert_eq!(access_value.ca_issuers, [GeneralName::Uri("http://i".to_owned())]);
        assert!(!points.critical && !access.critical);
    }

    #[test]
    fn without_addresses_there_are_no_extensions() {
        assert_eq!(Pointers::default().extensions(), []);
    }
}
