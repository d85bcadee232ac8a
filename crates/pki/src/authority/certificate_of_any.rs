//! Hands out an authority's certificate to relying parties (RFC 5280 §4.2.2.1).

use ledger::CaId;

use crate::{Error, Pki};

impl Pki {
    /// The certificate of an authority of whatever account, DER, also when the authority is gone:
    /// certificates that it issued name it for ever. `None` where there never was one.
    ///
    /// # Errors
    ///
    /// `Internal` when the store fails.
    pub async fn certificate_of_any(&self, authority: CaId) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.store.authority_certificate(authority).await?)
    }
}
