//! Under which URL a list is found.

use super::buckets::Reach;
use super::{CrlAddress, Location};
use crate::authority::Authority;
use crate::{Error, Pki};

impl Location {
    /// The name of a list's object: a shard lies below the complete CRL.
    pub fn object(&self, shard: Option<u32>) -> String {
        match shard {
            Some(shard) => format!("{}/{shard}.crl", self.name),
            None => format!("{}.crl", self.name),
        }
    }
}

impl Pki {
    /// The URL of the list that a new certificate by `issuer` points to; `None` while CRLs of the
    /// issuer are off.
    ///
    /// # Errors
    ///
    /// `PublicUrlUnknown`; `IssuerRefuses` when the bucket is not configured any more. A certificate
    /// without the address would be one whose revocation nobody learns of.
    pub(crate) async fn crl_address(
        &self,
        issuer: &Authority,
        shard: Option<u32>,
    ) -> Result<Option<String>, Error> {
        let Some(crl) = self.store.crl(issuer.account, issuer.id).await? else { return Ok(None) };
        let configuration = crl.value.configuration;
        if !configuration.enabled {
            return Ok(None);
        }
        match (configuration.address, shard) {
            (CrlAddress::Bucket(location), shard) => {
                self.needed_bucket_url(&location, shard).map(Some)
            }
            (CrlAddress::Custom(url), None) => Ok(Some(url)),
            (CrlAddress::Custom(_), Some(_)) | (CrlAddress::System, _) => Ok(None),
        }
    }

    /// The URL of a list in a bucket, where there has to be one.
    ///
    /// # Errors
    ///
    /// `PublicUrlUnknown`; `IssuerRefuses` when the bucket is not configured any more.
    fn needed_bucket_url(&self, location: &Location, shard: Option<u32>) -> Result<String, Error> {
        let bucket = &location.bucket;
        if self.buckets.reach(bucket).is_none() {
            return Err(Error::IssuerRefuses(format!(
                "its CRLs are in the bucket {bucket}, which is not configured any more; disable \
                 its CRLs and enable them in another one, or have the administrator configure it again"
            )));
        }
        self.bucket_url(location, shard).ok_or(Error::PublicUrlUnknown)
    }

    /// The URL of a list in a bucket: that of the complete CRL, or of a shard; `None` where the bucket
    /// is not configured any more or the public listener's URL is not known.
    pub(crate) fn bucket_url(&self, location: &Location, shard: Option<u32>) -> Option<String> {
        let object = location.object(shard);
        match self.buckets.reach(&location.bucket)? {
            Reach::At(base) => Some(format!("{base}/{object}")),
            Reach::PublicListener => {
                let path = format!("crl/{}/{object}", location.bucket);
                self.settings.public_url.join(&path)
            }
        }
    }
}
