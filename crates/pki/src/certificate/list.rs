//! Lists the certificates of an account.

use ledger::AccountId;

use super::{CertificateStatus, CertificateView};
use crate::authority::Direction;
use crate::page::{Listed, Page};
use crate::{Error, Pki};

/// Which certificates are listed. What is not named does not matter.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CertificateFilter {
    /// A part of the common name; upper and lower case differ, and no character is a wildcard.
    pub name: Option<String>,
    /// The status at the time of reading.
    pub status: Option<CertificateStatus>,
    /// The enterprise project.
    pub enterprise_project: Option<String>,
}

/// By what a list of certificates is sorted; equal ones by their identifiers.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum CertificateOrder {
    /// By the common name's code points.
    CommonName,
    /// By the time of creation.
    #[default]
    CreationTime,
    /// By the issuer's common name.
    IssuerName,
    /// By the end of validity.
    NotAfter,
}

/// A list of certificates: what is in it and in which order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CertificateQuery {
    /// What is in it.
    pub filter: CertificateFilter,
    /// By what it is sorted.
    pub order: CertificateOrder,
    /// In which direction.
    pub direction: Direction,
}

impl Pki {
    /// A page of the account's certificates, with the number of all that pass the filter: both of
    /// one moment.
    ///
    /// # Errors
    ///
    /// `Internal` when the store fails.
    pub async fn certificates(
        &self,
        account: AccountId,
        query: &CertificateQuery,
        page: Page,
    ) -> Result<Listed<CertificateView>, Error> {
        let now = self.clock.now();
        let listed = self.replica().await.certificates(account, query, page, now).await?;
        Ok(listed.map(|certificate| CertificateView::at(now, certificate)))
    }
}
