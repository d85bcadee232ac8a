//! Shows an authority.

use ledger::{AccountId, CaId, Versioned};

use super::{Authority, Home, Status};
use crate::{Error, Pki};

/// An authority and its status at the time of reading.
#[derive(Clone, Debug)]
pub struct AuthorityView {
    /// The authority.
    pub authority: Authority,
    /// Its status.
    pub status: Status,
}

impl Pki {
    /// The authority `id` of this account.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`.
    pub async fn authority(&self, account: AccountId, id: CaId) -> Result<AuthorityView, Error> {
        let authority = self.private_authority(account, id).await?.value;
        let status = authority.status(self.clock.now());
        Ok(AuthorityView { authority, status })
    }

    /// The Private CA authority `id` of this account; Workspace's are not found.
    pub(crate) async fn private_authority(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<Versioned<Authority>, Error> {
        self.store
            .authority(account, id)
            .await?
            .filter(|found| found.value.home == Home::PrivateCa)
            .ok_or(Error::AuthorityNotFound(id))
    }

    /// The Private CA authority `id` of this account, which must be pending.
    pub(crate) async fn pending_authority(
        &self,
        account: AccountId,
        id: CaId,
        needed: &'static str,
    ) -> Result<Versioned<Authority>, Error> {
        let found = self.private_authority(account, id).await?;
        match found.value.status(self.clock.now()) {
            Status::Pending => Ok(found),
            status => Err(Error::AuthorityStatus { id, status, needed }),
        }
    }
}
