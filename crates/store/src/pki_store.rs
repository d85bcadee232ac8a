//! The port of `pki`.

use std::sync::Arc;

use async_trait::async_trait;
use ledger::{
    AccountId, CaId, ChangeId, Changes, CommitError, Counter, CsrId, Epoch, ProjectId, StoreError,
    Timestamp, Versioned,
};
use pki::authority::{Authority, AuthorityAttributes, Issued};
use pki::company::CompanyProfile;
use pki::csr::Csr;
use pki::workspace::{Transaction, TransactionId};
use pki::{
    Authorities, Certificates, Companies, Csrs, Keys, Replica, Revocation, WorkspaceTransactions,
};
use x509::key::PublicKey;
use x509::serial::SerialNumber;

use crate::tables::{
    authorities, authority_page, certificates, companies, counters, csrs, revocations, serials,
    workspace_transactions,
};
use crate::{Database, Record};

#[async_trait]
impl Authorities for Database {
    async fn authorities_in_use(
        &self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        self.scan(move |c| authority_page::in_use(c, account, now)).await
    }

    async fn authorities_due(
        &self,
        account: Option<AccountId>,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Versioned<Authority>>, StoreError> {
        self.scan(move |c| authority_page::due(c, account, now, limit)).await
    }

    async fn revocations(
        &self,
        issuer: CaId,
        after: Option<&SerialNumber>,
        limit: u32,
    ) -> Result<Vec<Revocation>, StoreError> {
        let after = after.cloned();
        self.scan(move |c| revocations::after(c, issuer, after.as_ref(), limit)).await
    }

    async fn authority_attributes(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<Option<AuthorityAttributes>, StoreError> {
        self.point(move |c| authorities::attributes(c, account, id)).await
    }

    async fn is_serial_taken(
        &self,
        account: AccountId,
        issued: &Issued,
    ) -> Result<bool, StoreError> {
        let issued = issued.clone();
        self.point(move |c| certificates::is_serial_taken(c, account, &issued)).await
    }
}

#[async_trait]
impl Certificates for Database {
    async fn is_issued(&self, issuer: CaId, serial: &SerialNumber) -> Result<bool, StoreError> {
        let serial = serial.clone();
        self.point(move |c| serials::is_there(c, issuer, &serial)).await
    }
}

#[async_trait]
impl Companies for Database {
    async fn company(
        &self,
        account: AccountId,
    ) -> Result<Option<Versioned<CompanyProfile>>, StoreError> {
        self.point(move |c| companies::by_account(c, account)).await
    }
}

#[async_trait]
impl Csrs for Database {
    async fn csr(
        &self,
        account: AccountId,
        id: CsrId,
    ) -> Result<Option<Versioned<Csr>>, StoreError> {
        self.point(move |c| csrs::by_id(c, account, id)).await
    }
}

#[async_trait]
impl Keys for Database {
    async fn is_authority_key(&self, key: &PublicKey) -> Result<bool, StoreError> {
        self.has_authority_key(key).await
    }
}

#[async_trait]
impl WorkspaceTransactions for Database {
    async fn transaction(
        &self,
        project: ProjectId,
        id: &TransactionId,
    ) -> Result<Option<Versioned<Transaction>>, StoreError> {
        let id = id.clone();
        self.point(move |c| workspace_transactions::by_id(c, project, &id)).await
    }

    async fn pending_transactions(
        &self,
        project: ProjectId,
    ) -> Result<Vec<Versioned<Transaction>>, StoreError> {
        self.scan(move |c| workspace_transactions::waiting(c, project)).await
    }

    async fn transactions_waiting_since(
        &self,
        created: Timestamp,
        limit: u32,
    ) -> Result<Vec<Versioned<Transaction>>, StoreError> {
        self.scan(move |c| workspace_transactions::waiting_since(c, created, limit)).await
    }
}

#[async_trait]
impl pki::Store for Database {
    async fn commit(&self, changes: Changes<pki::Record>) -> Result<(), CommitError> {
        self.commit_all(changes.map(Record::Pki)).await
    }

    async fn count(&self, counter: &Counter) -> Result<i64, StoreError> {
        let counter = counter.clone();
        self.point(move |c| counters::used(c, &counter)).await
    }

    async fn committed(&self, id: ChangeId) -> Result<bool, StoreError> {
        Self::committed(self, id).await
    }

    async fn epoch(&self) -> Result<Option<Epoch>, StoreError> {
        self.epoch_within_a_second().await.map(Some)
    }

    async fn epoch_now(&self) -> Result<Option<Epoch>, StoreError> {
        self.epoch_at_this_moment().await.map(Some)
    }

    async fn replica(&self) -> Option<Arc<dyn Replica>> {
        self.held_replica().await.map(|held| Arc::new(held) as Arc<dyn Replica>)
    }
}
