//! Lists certification requests.

use ledger::AccountId;
use x509::KeyAlgorithm;

use super::Csr;
use crate::page::{Listed, Page};
use crate::{Error, Pki};

/// Which certification requests are asked for; what is `None` is all the same.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CsrFilter {
    /// A part of the name, letter for letter: nothing in it is a wildcard.
    pub name: Option<String>,
    /// The kind of key.
    pub algorithm: Option<KeyAlgorithm>,
}

impl Pki {
    /// A page of the account's certification requests that pass the filter, newest first.
    ///
    /// # Errors
    ///
    /// `Internal`.
    pub async fn csrs(
        &self,
        account: AccountId,
        filter: &CsrFilter,
        page: Page,
    ) -> Result<Listed<Csr>, Error> {
        Ok(self.replica().await.csrs(account, filter, page).await?)
    }
}
