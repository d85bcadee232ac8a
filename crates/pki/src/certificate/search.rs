//! Finds certificates by their tags.

use ledger::AccountId;

use super::CertificateView;
use crate::page::{Listed, Page};
use crate::tag::TagSearch;
use crate::{Error, Pki};

impl Pki {
    /// A page of the account's certificates that the search finds, newest first, with the number
    /// of all that it finds: both of one moment.
    ///
    /// # Errors
    ///
    /// `Internal` when the store fails.
    pub async fn find_certificates(
        &self,
        account: AccountId,
        search: &TagSearch,
        page: Page,
    ) -> Result<Listed<CertificateView>, Error> {
        let listed = self.replica().await.certificates_by_tags(account, search, page).await?;
        let now = self.clock.now();
        Ok(listed.map(|certificate| CertificateView::at(now, certificate)))
    }
}
