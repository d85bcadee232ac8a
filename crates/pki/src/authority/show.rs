//! Shows an authority.

use ledger::{AccountId, CaId, Versioned};

use super::{Authority, AuthorityAttributes, Home, Status};
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

    /// What policies ask about the Private CA authority `id` of this account: a cheap read.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`.
    pub async fn authority_attributes(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<AuthorityAttributes, Error> {
        let now = self.clock.now();
        self.store
            .authority_attributes(account, id)
            .await?
            .filter(|found| found.home == Home::PrivateCa)
            .filter(|found| found.deletion_time.is_none_or(|until| now < until))
            .ok_or(Error::AuthorityNotFound(id))
    }

    /// The Private CA authority `id` of this account; Workspace's are not found.
    pub(crate) async fn private_authority(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<Versioned<Authority>, Error> {
        self.present_authority(account, id)
            .await?
            .filter(|found| found.value.home == Home::PrivateCa)
            .ok_or(Error::AuthorityNotFound(id))
    }

    /// The authority `id` of this account, whatever its home, unless its time is over.
    pub(crate) async fn present_authority(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<Option<Versioned<Authority>>, Error> {
        let found = self.store.authority(account, id).await?;
        Ok(found.filter(|found| !found.value.is_gone(self.clock.now())))
    }

    /// Whether there is an authority `id` in this account, whatever its home: a cheap read.
    pub(crate) async fn is_present(&self, account: AccountId, id: CaId) -> Result<bool, Error> {
        let now = self.clock.now();
        let found = self.store.authority_attributes(account, id).await?;
        Ok(found.is_some_and(|found| found.deletion_time.is_none_or(|until| now < until)))
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
