//! Exports the certification request of a pending authority.

use ledger::{AccountId, CaId};

use super::State;
use crate::{Error, Pki};

impl Pki {
    /// The certification request (DER) of the pending authority `id`: the same bytes each time.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`; `AuthorityStatus` unless it is pending.
    pub async fn authority_request(&self, account: AccountId, id: CaId) -> Result<Vec<u8>, Error> {
        let needed = "only a PENDING one has a CSR to export";
        match self.waiting_authority(account, id, needed).await?.value.state {
            State::Pending { request } => Ok(request),
            State::Issued { .. } | State::Ordered => {
                Err(Error::inconsistent("a pending authority has no request"))
            }
        }
    }
}
