//! Certificates, in memory.

use std::collections::BTreeSet;

use async_trait::async_trait;
use ledger::{AccountId, CaId, CertificateId, StoreError, Table, Timestamp, Versioned};
use pki::authority::{Direction, Issuer};
use pki::certificate::{Certificate, CertificateOrder, CertificateQuery};
use pki::tag::TagSearch;
use pki::{Certificates, Listed, Page, Record};
use x509::SerialNumber;

use super::Memory;

/// The issuer and the serial numbers that a record brings.
pub(super) fn serials(record: &Record) -> Vec<(CaId, String)> {
    match record {
        Record::Authority(found) => match found.issued().map(|issued| (issued, issued.issuer)) {
            Some((issued, Issuer::Authority(issuer))) => vec![(issuer, issued.serial.to_hex())],
            _ => Vec::new(),
        },
        Record::Certificate(found) => {
            let encryption = found.encryption.as_ref().map(|found| &found.serial);
            let serials = std::iter::once(&found.serial).chain(encryption);
            serials.map(|serial| (found.issuer, serial.to_hex())).collect()
        }
        Record::Responder(found) => vec![(found.authority, found.serial.to_hex())],
        _ => Vec::new(),
    }
}

/// The page of a list that is whole.
pub(super) fn cut<T>(all: Vec<T>, page: Page) -> Listed<T> {
    let total = all.len() as u64;
    let offset = usize::try_from(page.offset).unwrap_or(usize::MAX);
    let entries = all.into_iter().skip(offset).take(page.limit as usize).collect();
    Listed { entries, total }
}

impl Memory {
    fn certificates_of(&self, account: AccountId) -> Vec<Certificate> {
        let found = self.all(|record| match record {
            Record::Certificate(found) if found.account == account => Some((**found).clone()),
            _ => None,
        });
        found.into_iter().map(|found| found.value).collect()
    }
}

#[async_trait]
impl Certificates for Memory {
    async fn certificate(
        &self,
        account: AccountId,
        id: CertificateId,
    ) -> Result<Option<Versioned<Certificate>>, StoreError> {
        Ok(self.read(Table::Certificates, id, |record| match record {
            Record::Certificate(found) if found.account == account => Some((**found).clone()),
            _ => None,
        }))
    }

    async fn certificates(
        &self,
        account: AccountId,
        query: &CertificateQuery,
        page: Page,
        now: Timestamp,
    ) -> Result<Listed<Certificate>, StoreError> {
        let filter = &query.filter;
        let name = filter.name.as_deref().unwrap_or_default();
        let wanted = filter.enterprise_project.as_ref();
        let mut found = self.certificates_of(account);
        found.retain(|found| filter.status.is_none_or(|status| found.status(now) == status));
        found.retain(|found| found.distinguished_name.common_name.contains(name));
        found.retain(|found| wanted.is_none_or(|wanted| found.enterprise_project == *wanted));
        found.sort_by_key(|found| found.id);
        match query.order {
            CertificateOrder::CommonName => {
                found.sort_by_key(|found| found.distinguished_name.common_name.clone());
            }
            CertificateOrder::CreationTime => found.sort_by_key(|found| found.created_at),
            CertificateOrder::IssuerName => found.sort_by_key(|found| found.issuer_name.clone()),
            CertificateOrder::NotAfter => found.sort_by_key(|found| found.not_after),
        }
        if query.direction == Direction::Descending {
            found.reverse();
        }
        Ok(cut(found, page))
    }

    async fn certificates_by_tags(
        &self,
        account: AccountId,
        search: &TagSearch,
        page: Page,
    ) -> Result<Listed<Certificate>, StoreError> {
        let mut found = self.certificates_of(account);
        found.retain(|found| search.finds(&found.distinguished_name.common_name, &found.tags));
        found.sort_by_key(|found| std::cmp::Reverse(found.id));
        Ok(cut(found, page))
    }

    async fn account_certificate_tags(
        &self,
        account: AccountId,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let found = self.certificates_of(account);
        let pairs: BTreeSet<(String, String)> = found
            .iter()
            .flat_map(|found| found.tags.iter())
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        Ok(pairs.into_iter().collect())
    }

    async fn is_issued(&self, issuer: CaId, serial: &SerialNumber) -> Result<bool, StoreError> {
        Ok(self.0.lock().unwrap().issued.contains(&(issuer, serial.to_hex())))
    }
}
