//! The port to what is stored: reads by entity, and one way to write.

use std::sync::Arc;

use async_trait::async_trait;
use ledger::{
    AccountId, CaId, ChangeId, Changes, CommitError, Counter, CsrId, Epoch, ProjectId, StoreError,
    Timestamp, Versioned,
};
use x509::key::PublicKey;
use x509::serial::SerialNumber;

use crate::authority::{Authority, AuthorityAttributes, Issued};
use crate::company::CompanyProfile;
use crate::crl::{Crls, Publications};
use crate::csr::Csr;
use crate::ocsp::Responders;
use crate::replica::Replica;
use crate::workspace::{Transaction, TransactionId};
use crate::{Record, Revocation};

/// Reads certificate authorities.
#[async_trait]
pub trait Authorities: Send + Sync {
    /// What policies ask about the authority `id` of this account; another account's is `None`.
    async fn authority_attributes(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<Option<AuthorityAttributes>, StoreError>;

    /// How many Private CA authorities the account has at `now`, those that are gone not counted.
    async fn authorities_in_use(
        &self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<u64, StoreError>;

    /// Authorities that are gone at `now`, of this account or of all: at most `limit`.
    async fn authorities_due(
        &self,
        account: Option<AccountId>,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Versioned<Authority>>, StoreError>;

    /// What the authority `issuer` revoked, in the order of the serial numbers' texts: at most
    /// `limit`, beginning after the serial number `after`.
    async fn revocations(
        &self,
        issuer: CaId,
        after: Option<&SerialNumber>,
        limit: u32,
    ) -> Result<Vec<Revocation>, StoreError>;

    /// Whether the issuer of this certificate gave its serial number to another one before
    /// (RFC 5280 §4.1.2.2). Of issuers outside, only what this account recorded counts.
    async fn is_serial_taken(
        &self,
        account: AccountId,
        issued: &Issued,
    ) -> Result<bool, StoreError>;
}

/// Reads certificates that authorities issued.
#[async_trait]
pub trait Certificates: Send + Sync {
    /// Whether the authority `issuer` ever gave this serial number to a certificate, of an authority
    /// or of others, that may be deleted since.
    async fn is_issued(&self, issuer: CaId, serial: &SerialNumber) -> Result<bool, StoreError>;
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
    /// Whether an authority that is known here, of whatever account, has this key: one whose key is
    /// here, one that was certified by its request, or one above an imported certificate.
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

    /// The transactions of all projects that were created at `created` or before and still wait
    /// for a certificate: at most `limit`, oldest first.
    async fn transactions_waiting_since(
        &self,
        created: Timestamp,
        limit: u32,
    ) -> Result<Vec<Versioned<Transaction>>, StoreError>;
}

/// Everything that is stored.
///
/// Reads see every commit that was answered before they began. `commit` returns after the change
/// set is durable, and is all or nothing; change sets that arrive together may share one durable
/// commit, and one that is refused does not take its neighbours along.
#[async_trait]
pub trait Store:
    Replica
    + Authorities
    + Certificates
    + Companies
    + Crls
    + Csrs
    + Keys
    + Publications
    + Responders
    + WorkspaceTransactions
    + Send
    + Sync
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

    /// The epoch for what is kept in memory; `None` from a store that has none: nothing is kept then.
    /// Costs a read once a second, and after a conflict.
    async fn epoch(&self) -> Result<Option<Epoch>, StoreError> {
        Ok(None)
    }

    /// The epoch of this moment, for the whole of the database: before something is refused because
    /// of what was kept.
    async fn epoch_now(&self) -> Result<Option<Epoch>, StoreError> {
        Ok(None)
    }
    /// A copy that may answer lists and exports, with everything in it whose commit was answered
    /// before this was asked for; `None` where the store itself has to.
    async fn replica(&self) -> Option<Arc<dyn Replica>> {
        None
    }
}
