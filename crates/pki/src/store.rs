//! The port to what is stored: reads by entity, and one way to write.

use async_trait::async_trait;
use ledger::{
    AccountId, CaId, ChangeId, Changes, CommitError, Counter, CsrId, KeyId, ProjectId, StoreError,
    Versioned,
};
use x509::key::PublicKey;

use crate::authority::{Authority, Issued};
use crate::company::CompanyProfile;
use crate::csr::Csr;
use crate::workspace::{Transaction, TransactionId};
use crate::{KeyRecord, Record};

/// Reads certificate authorities.
#[async_trait]
pub trait Authorities: Send + Sync {
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

    /// Whether the issuer of this certificate gave its serial number to another one before
    /// (RFC 5280 §4.1.2.2). Of issuers outside, only what this account recorded counts.
    async fn is_serial_taken(
        &self,
        account: AccountId,
        issued: &Issued,
    ) -> Result<bool, StoreError>;
}

/// Reads enterprise profiles.
#[async_trait]
pub trait Companies: Send + Sync {
    /// The enterprise profile of an account.
    async fn company(
        &self,
        account: AccountId,
    ) -> Result<Option<Versioned<CompanyProfile>>, StoreError>;
}

/// Reads certification requests.
#[async_trait]
pub trait Csrs: Send + Sync {
    /// The request `id` of this account. Another account's is `None`.
    async fn csr(
        &self,
        account: AccountId,
        id: CsrId,
    ) -> Result<Option<Versioned<Csr>>, StoreError>;
}

/// Reads private keys.
#[async_trait]
pub trait Keys: Send + Sync {
    /// The key `id`.
    async fn key(&self, id: KeyId) -> Result<Option<Versioned<KeyRecord>>, StoreError>;

    /// Whether an authority here, of whatever account, has this key.
    async fn is_authority_key(&self, key: &PublicKey) -> Result<bool, StoreError>;
}

/// Reads Workspace transactions.
#[async_trait]
pub trait WorkspaceTransactions: Send + Sync {
    /// The transaction `id` of a project.
    async fn transaction(
        &self,
        project: ProjectId,
        id: &TransactionId,
    ) -> Result<Option<Versioned<Transaction>>, StoreError>;

    /// The project's transactions that still wait for a certificate: at most a hundred.
    async fn pending_transactions(
        &self,
        project: ProjectId,
    ) -> Result<Vec<Versioned<Transaction>>, StoreError>;
}

/// Everything that is stored.
///
/// Reads see every commit that was answered before they began. `commit` returns after the change
/// set is durable, and is all or nothing; change sets that arrive together may share one durable
/// commit, and one that is refused does not take its neighbours along.
#[async_trait]
pub trait Store:
    Authorities + Companies + Csrs + Keys + WorkspaceTransactions + Send + Sync
{
    /// Makes a change set true.
    ///
    /// # Errors
    ///
    /// `Conflict`, `QuotaReached` and `Failed` leave nothing behind. After `Unknown` ask
    /// [`Store::committed`] before anything is answered.
    async fn commit(&self, changes: Changes<Record>) -> Result<(), CommitError>;

    /// What a counter stands at. Others may raise it at any moment: what must hold goes into the
    /// commit, this only spares work that would be refused there.
    async fn count(&self, counter: &Counter) -> Result<i64, StoreError>;

    /// Whether the change set `id` became true.
    async fn committed(&self, id: ChangeId) -> Result<bool, StoreError>;
}
