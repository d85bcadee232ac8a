//! The port of `pki` to what lists and exports read. What is read here may come from a replica: a
//! [`Database`] whose readers are sessions with one.

use async_trait::async_trait;
use ledger::{AccountId, CaId, CertificateId, KeyId, ProjectId, StoreError, Timestamp, Versioned};
use pki::authority::{Authority, AuthorityQuery};
use pki::certificate::{Certificate, CertificateQuery};
use pki::csr::{Csr, CsrFilter};
use pki::tag::TagSearch;
use pki::{KeyRecord, Listed, Lists, Objects, Page};
use x509::serial::SerialNumber;

use crate::Database;
use crate::sql::Connection;
use crate::tables::{
    authorities, authority_page, authority_search, certificate_page, certificate_search, csrs,
    keys, private_certificates, revocations,
};

#[async_trait]
impl Lists for Database {
    async fn authorities(
        &self,
        account: AccountId,
        query: &AuthorityQuery,
        page: Page,
        now: Timestamp,
    ) -> Result<Listed<Authority>, StoreError> {
        let query = query.clone();
        self.scan(move |c| authority_page::page(c, account, &query, page, now)).await
    }

    async fn authorities_of_project(
        &self,
        account: AccountId,
        project: ProjectId,
        page: Page,
    ) -> Result<Vec<Authority>, StoreError> {
        self.scan(move |c| authority_page::of_project(c, account, project, page)).await
    }

    async fn account_tags(
        &self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Vec<(String, String)>, StoreError> {
        self.scan(move |c| authority_page::tags(c, account, now)).await
    }

    async fn authorities_by_tags(
        &self,
        account: AccountId,
        search: &TagSearch,
        page: Page,
        now: Timestamp,
    ) -> Result<Listed<Authority>, StoreError> {
        let search = search.clone();
        self.scan(move |c| authority_search::page(c, account, &search, page, now)).await
    }

    async fn certificates(
        &self,
        account: AccountId,
        query: &CertificateQuery,
        page: Page,
        now: Timestamp,
    ) -> Result<Listed<Certificate>, StoreError> {
        let query = query.clone();
        let is_search = query.filter.name.is_some();
        let read = move |c: &Connection| certificate_page::page(c, account, &query, page, now);
        if is_search { self.search(read).await } else { self.scan(read).await }
    }

    async fn certificates_by_tags(
        &self,
        account: AccountId,
        search: &TagSearch,
        page: Page,
    ) -> Result<Listed<Certificate>, StoreError> {
        let search = search.clone();
        let several =
            search.tags.len() > 1 || search.tags.iter().any(|(_, values)| values.len() > 1);
        let is_search = several || search.name.is_some();
        let read = move |c: &Connection| certificate_search::page(c, account, &search, page);
        if is_search { self.search(read).await } else { self.scan(read).await }
    }

    async fn account_certificate_tags(
        &self,
        account: AccountId,
    ) -> Result<Vec<(String, String)>, StoreError> {
        self.scan(move |c| certificate_search::tags(c, account)).await
    }

    async fn csrs(
        &self,
        account: AccountId,
        filter: &CsrFilter,
        page: Page,
    ) -> Result<Listed<Csr>, StoreError> {
        let filter = filter.clone();
        self.scan(move |c| csrs::page(c, account, &filter, page)).await
    }
}

#[async_trait]
impl Objects for Database {
    async fn authority(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<Option<Versioned<Authority>>, StoreError> {
        self.point(move |c| authorities::by_id(c, account, id)).await
    }

    async fn authorities_by_subject(
        &self,
        account: AccountId,
        comparison_key: &[u8],
    ) -> Result<Vec<Versioned<Authority>>, StoreError> {
        let comparison_key = comparison_key.to_vec();
        self.scan(move |c| authorities::by_subject(c, account, &comparison_key)).await
    }

    async fn is_revoked(&self, issuer: CaId, serial: &SerialNumber) -> Result<bool, StoreError> {
        let serial = serial.clone();
        self.point(move |c| revocations::is_there(c, issuer, &serial)).await
    }

    async fn certificate(
        &self,
        account: AccountId,
        id: CertificateId,
    ) -> Result<Option<Versioned<Certificate>>, StoreError> {
        self.point(move |c| private_certificates::by_id(c, account, id)).await
    }

    async fn key(&self, id: KeyId) -> Result<Option<Versioned<KeyRecord>>, StoreError> {
        self.point(move |c| keys::by_id(c, id)).await
    }
}
