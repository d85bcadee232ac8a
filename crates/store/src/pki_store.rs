//! The port of `pki`.

use async_trait::async_trait;
use ledger::{
    AccountId, CaId, ChangeId, Changes, CommitError, Counter, CsrId, KeyId, ProjectId, StoreError,
    Versioned,
};
use pki::authority::{Authority, Issued};
use pki::company::CompanyProfile;
use pki::csr::Csr;
use pki::workspace::{Transaction, TransactionId};
use pki::{Authorities, Companies, Csrs, KeyRecord, Keys, WorkspaceTransactions};
use x509::key::PublicKey;

use crate::tables::{
    authorities, certificates, companies, counters, csrs, keys, workspace_transactions,
};
use crate::{Database, Record};

#[async_trait]
impl Authorities for Database {
    async fn authority(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<Option<Versioned<Authority>>, StoreError> {
        self.point(|c| authorities::by_id(c, account, id))
    }

    async fn authorities_by_subject(
        &self,
        account: AccountId,
        comparison_key: &[u8],
    ) -> Result<Vec<Versioned<Authority>>, StoreError> {
        let comparison_key = comparison_key.to_vec();
        self.scan(move |c| authorities::by_subject(c, account, &comparison_key)).await
    }

    async fn is_serial_taken(
        &self,
        account: AccountId,
        issued: &Issued,
    ) -> Result<bool, StoreError> {
        self.point(|c| certificates::is_serial_taken(c, account, issued))
    }
}

#[async_trait]
impl Companies for Database {
    async fn company(
        &self,
        account: AccountId,
    ) -> Result<Option<Versioned<CompanyProfile>>, StoreError> {
        self.point(|c| companies::by_account(c, account))
    }
}

#[async_trait]
impl Csrs for Database {
    async fn csr(
        &self,
        account: AccountId,
        id: CsrId,
    ) -> Result<Option<Versioned<Csr>>, StoreError> {
        self.point(|c| csrs::by_id(c, account, id))
    }
}

#[async_trait]
impl Keys for Database {
    async fn key(&self, id: KeyId) -> Result<Option<Versioned<KeyRecord>>, StoreError> {
        self.point(|c| keys::by_id(c, id))
    }

    async fn is_authority_key(&self, key: &PublicKey) -> Result<bool, StoreError> {
        self.point(|c| keys::is_of_an_authority(c, key))
    }
}

#[async_trait]
impl WorkspaceTransactions for Database {
    async fn transaction(
        &self,
        project: ProjectId,
        id: &TransactionId,
    ) -> Result<Option<Versioned<Transaction>>, StoreError> {
        self.point(|c| workspace_transactions::by_id(c, project, id))
    }

    async fn pending_transactions(
        &self,
        project: ProjectId,
    ) -> Result<Vec<Versioned<Transaction>>, StoreError> {
        self.scan(move |c| workspace_transactions::waiting(c, project)).await
    }
}

#[async_trait]
impl pki::Store for Database {
    async fn commit(&self, changes: Changes<pki::Record>) -> Result<(), CommitError> {
        self.commit_all(changes.map(Record::Pki)).await
    }

    async fn count(&self, counter: &Counter) -> Result<i64, StoreError> {
        self.point(|c| counters::used(c, counter))
    }

    async fn committed(&self, id: ChangeId) -> Result<bool, StoreError> {
        Self::committed(self, id).await
    }
}
