//! The port to what lists and exports read, which a copy of the store may answer.

use std::sync::Arc;

use async_trait::async_trait;
use ledger::{AccountId, CaId, CertificateId, KeyId, ProjectId, StoreError, Timestamp, Versioned};
use x509::serial::SerialNumber;

use crate::authority::{Authority, AuthorityQuery};
use crate::certificate::{Certificate, CertificateQuery};
use crate::csr::{Csr, CsrFilter};
use crate::page::{Listed, Page};
use crate::tag::TagSearch;
use crate::{KeyRecord, Pki};

/// Reads lists: pages, searches, and the tags that there are.
#[async_trait]
pub trait Lists: Send + Sync {
    /// A page of the account's Private CA authorities that pass the filter at `now`, and how many
    /// pass it: both of one moment. Those that are gone at `now` are not among them.
    async fn authorities(
        &self,
        account: AccountId,
        query: &AuthorityQuery,
        page: Page,
        now: Timestamp,
    ) -> Result<Listed<Authority>, StoreError>;

    /// A page of the authorities that live in this project of the account, newest first, those of
    /// one millisecond by identifier, the last one first.
    async fn authorities_of_project(
        &self,
        account: AccountId,
        project: ProjectId,
        page: Page,
    ) -> Result<Vec<Authority>, StoreError>;

    /// The keys and values of all tags of the account's Private CA authorities, each pair once,
    /// sorted. Those of authorities that are gone at `now` are not among them.
    async fn account_tags(
        &self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Vec<(String, String)>, StoreError>;

    /// A page of the account's Private CA authorities that the search finds, newest first, those of
    /// one millisecond by identifier, the last one first; and how many it finds: both of one
    /// moment. Those that are gone at `now` are not among them.
    async fn authorities_by_tags(
        &self,
        account: AccountId,
        search: &TagSearch,
        page: Page,
        now: Timestamp,
    ) -> Result<Listed<Authority>, StoreError>;

    /// A page of the account's certificates that pass the filter at `now`, and how many pass it:
    /// both of one moment. Counting may stop at [`crate::MOST_COUNTED`].
    async fn certificates(
        &self,
        account: AccountId,
        query: &CertificateQuery,
        page: Page,
        now: Timestamp,
    ) -> Result<Listed<Certificate>, StoreError>;

    /// A page of the account's certificates that the search finds, newest first, those of one
    /// millisecond by identifier, the last one first; and how many it finds: both of one moment.
    /// Counting may stop at [`crate::MOST_COUNTED`].
    async fn certificates_by_tags(
        &self,
        account: AccountId,
        search: &TagSearch,
        page: Page,
    ) -> Result<Listed<Certificate>, StoreError>;

    /// The keys and values of all tags of the account's certificates, each pair once, sorted.
    async fn account_certificate_tags(
        &self,
        account: AccountId,
    ) -> Result<Vec<(String, String)>, StoreError>;

    /// A page of the account's requests that pass the filter, newest first, those of one
    /// millisecond by identifier, the last one first; and how many pass it: both of one moment.
    async fn csrs(
        &self,
        account: AccountId,
        filter: &CsrFilter,
        page: Page,
    ) -> Result<Listed<Csr>, StoreError>;
}

/// Reads what an export consists of.
#[async_trait]
pub trait Objects: Send + Sync {
    /// The authority `id` of this account, whatever its home. Another account's is `None`.
    async fn authority(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<Option<Versioned<Authority>>, StoreError>;

    /// The account's authorities whose certificate has the subject with this comparison key
    /// ([`x509::name::Name::comparison_key`]): at most a hundred.
    async fn authorities_by_subject(
        &self,
        account: AccountId,
        comparison_key: &[u8],
    ) -> Result<Vec<Versioned<Authority>>, StoreError>;

    /// Whether the authority `issuer` revoked the certificate with this serial number.
    async fn is_revoked(&self, issuer: CaId, serial: &SerialNumber) -> Result<bool, StoreError>;

    /// The certificate `id` of this account. Another account's is `None`.
    async fn certificate(
        &self,
        account: AccountId,
        id: CertificateId,
    ) -> Result<Option<Versioned<Certificate>>, StoreError>;

    /// The key `id`.
    async fn key(&self, id: KeyId) -> Result<Option<Versioned<KeyRecord>>, StoreError>;
}

/// Where lists and exports are read: the store itself, or a copy of it that follows. Nothing that is
/// decided or written rests on it, so it offers no more than these reads.
pub trait Replica: Lists + Objects {}

impl<T: Lists + Objects + ?Sized> Replica for T {}

impl Pki {
    /// What a list or an export is read from: a copy where the store has one that has everything by
    /// now, else the store.
    pub(crate) async fn replica(&self) -> Arc<dyn Replica> {
        match self.store.replica().await {
            Some(replica) => replica,
            None => Arc::<dyn crate::Store>::clone(&self.store),
        }
    }
}
