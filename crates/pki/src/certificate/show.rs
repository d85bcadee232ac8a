//! Shows a certificate.

use ledger::{AccountId, CertificateId, Versioned};

use super::{Certificate, CertificateView};
use crate::{Error, Pki};

impl Pki {
    /// The certificate `id` of this account.
    ///
    /// # Errors
    ///
    /// `CertificateNotFound`.
    pub async fn certificate(
        &self,
        account: AccountId,
        id: CertificateId,
    ) -> Result<CertificateView, Error> {
        let certificate = self.own_certificate(account, id).await?.value;
        Ok(CertificateView::at(self.clock.now(), certificate))
    }

    /// The record of the certificate `id` of this account.
    pub(crate) async fn own_certificate(
        &self,
        account: AccountId,
        id: CertificateId,
    ) -> Result<Versioned<Certificate>, Error> {
        self.store.certificate(account, id).await?.ok_or(Error::CertificateNotFound(id))
    }
}
