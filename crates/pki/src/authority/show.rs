//! Shows an authority.

use ledger::{AccountId, CaId, Timestamp, Versioned};

use super::{Authority, AuthorityAttributes, Home, State, Status};
use crate::crl::PublishedCrl;
use crate::{Error, Listed, Objects, Pki};

/// An authority and its status at the time of reading.
#[derive(Clone, Debug)]
pub struct AuthorityView {
    /// The authority.
    pub authority: Authority,
    /// Its status.
    pub status: Status,
    /// How its CRLs are published; `None` while they are off.
    pub crl: Option<PublishedCrl>,
}

impl Pki {
    /// The authority `id` of this account.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`.
    pub async fn authority(&self, account: AccountId, id: CaId) -> Result<AuthorityView, Error> {
        let authority = self.shown_authority(account, id).await?.value;
        self.view(authority, self.clock.now()).await
    }

    /// The authority as users see it at `now`.
    pub(super) async fn view(
        &self,
        authority: Authority,
        now: Timestamp,
    ) -> Result<AuthorityView, Error> {
        let crl = self.shown_crl(authority.account, authority.id).await?;
        let status = authority.status(now);
        Ok(AuthorityView { authority, status, crl })
    }

    /// A page of authorities as users see them at `now`.
    pub(super) async fn views(
        &self,
        listed: Listed<Authority>,
        now: Timestamp,
    ) -> Result<Listed<AuthorityView>, Error> {
        let mut entries = Vec::with_capacity(listed.entries.len());
        for authority in listed.entries {
            entries.push(self.view(authority, now).await?);
        }
        Ok(Listed { entries, total: listed.total })
    }

    /// What policies ask about the authority `id` of this account that Private CA shows: a cheap
    /// read.
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
            .filter(|found| is_shown(found.home))
            .filter(|found| found.deletion_time.is_none_or(|until| now < until))
            .ok_or(Error::AuthorityNotFound(id))
    }

    /// The authority `id` of this account that Private CA shows: its own, and those whose key is
    /// elsewhere.
    pub(super) async fn shown_authority(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<Versioned<Authority>, Error> {
        self.present_authority(account, id)
            .await?
            .filter(|found| is_shown(found.value.home))
            .ok_or(Error::AuthorityNotFound(id))
    }

    /// The Private CA authority `id` of this account; Workspace's are not found, nor those whose key
    /// is elsewhere.
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
        self.present_in(&*self.store, account, id).await
    }

    /// The same, as `rows` have it.
    pub(crate) async fn present_in(
        &self,
        rows: &dyn Objects,
        account: AccountId,
        id: CaId,
    ) -> Result<Option<Versioned<Authority>>, Error> {
        let found = rows.authority(account, id).await?;
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

    /// A pending authority that has its subject and its key.
    ///
    /// # Errors
    ///
    /// As [`Pki::pending_authority`], and `AuthorityStatus` for one that was only ordered.
    pub(super) async fn waiting_authority(
        &self,
        account: AccountId,
        id: CaId,
        needed: &'static str,
    ) -> Result<Versioned<Authority>, Error> {
        let found = self.pending_authority(account, id, needed).await?;
        match found.value.state {
            State::Issued { .. } | State::Pending { .. } => Ok(found),
            State::Ordered => {
                let needed = "it was ordered and has no subject and no key yet: activate it";
                Err(Error::AuthorityStatus { id, status: Status::Pending, needed })
            }
        }
    }
}

/// Whether Private CA shows the authorities that live here.
fn is_shown(home: Home) -> bool {
    match home {
        Home::Outside | Home::PrivateCa => true,
        Home::Workspace(_) => false,
    }
}
