//! Shows a certification request.

use ledger::{AccountId, CsrId};

use super::Csr;
use crate::{Error, Pki};

impl Pki {
    /// The certification request `id` of this account.
    ///
    /// # Errors
    ///
    /// `CsrNotFound`.
    pub async fn csr(&self, account: AccountId, id: CsrId) -> Result<Csr, Error> {
        let found = self.store.csr(account, id).await?.ok_or(Error::CsrNotFound(id))?;
        Ok(found.value)
    }
}
