//! What lists and exports read, in memory.

use std::collections::BTreeSet;

use async_trait::async_trait;
use ledger::{
    AccountId, CaId, CertificateId, KeyId, ProjectId, StoreError, Table, Timestamp, Versioned,
};
use pki::authority::{Authority, AuthorityOrder, AuthorityQuery, Direction, Home, Kind, State};
use pki::certificate::{Certificate, CertificateOrder, CertificateQuery};
use pki::csr::{Csr, CsrFilter};
use pki::tag::TagSearch;
use pki::{Authorities, KeyRecord, Listed, Lists, Objects, Page, Record};
use x509::serial::SerialNumber;

use super::Memory;
use super::certificates::cut;

#[async_trait]
impl Lists for Memory {
    async fn authorities(
        &self,
        account: AccountId,
        query: &AuthorityQuery,
        page: Page,
        now: Timestamp,
    ) -> Result<Listed<Authority>, StoreError> {
        let filter = &query.filter;
        let mut found: Vec<Authority> = self
            .private_authorities(account, now)
            .into_iter()
            .map(|found| found.value)
            .filter(|found| filter.status.is_none_or(|status| found.status(now) == status))
            .filter(|found| {
                let is_known = !matches!(found.state, State::Ordered);
                filter.kind.is_none_or(|kind| is_known && found.kind == kind)
            })
            .filter(|found| {
                let name = filter.name.as_deref().unwrap_or_default();
                found.distinguished_name.common_name.contains(name)
            })
            .filter(|found| {
                let wanted = filter.enterprise_project.as_ref();
                wanted.is_none_or(|wanted| found.enterprise_project == *wanted)
            })
            .collect();
        found.sort_by_key(|found| found.id);
        match query.order {
            AuthorityOrder::CommonName => {
                found.sort_by_key(|found| found.distinguished_name.common_name.clone());
            }
            AuthorityOrder::CreationTime => found.sort_by_key(|found| found.created_at),
            AuthorityOrder::Kind => {
                found.sort_by_key(|found| (found.kind == Kind::Subordinate, found.created_at));
            }
            AuthorityOrder::NotAfter => {
                found.sort_by_key(|found| found.issued().map(|issued| issued.not_after));
            }
        }
        if query.direction == Direction::Descending {
            found.reverse();
        }
        Ok(cut(found, page))
    }

    async fn authorities_of_project(
        &self,
        account: AccountId,
        project: ProjectId,
        page: Page,
    ) -> Result<Vec<Authority>, StoreError> {
        let mut found: Vec<Authority> = self
            .all(|record| match record {
                Record::Authority(found)
                    if found.account == account && found.home == Home::Workspace(project) =>
                {
                    Some((**found).clone())
                }
                _ => None,
            })
            .into_iter()
            .map(|found| found.value)
            .collect();
        found.sort_by_key(|found| std::cmp::Reverse((found.created_at, found.id)));
        let skip = usize::try_from(page.offset).unwrap_or(usize::MAX);
        let take = page.limit as usize;
        Ok(found.into_iter().skip(skip).take(take).collect())
    }

    async fn account_tags(
        &self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let found = self.private_authorities(account, now);
        let pairs: BTreeSet<(String, String)> = found
            .iter()
            .flat_map(|found| found.value.tags.iter())
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        Ok(pairs.into_iter().collect())
    }

    async fn authorities_by_tags(
        &self,
        account: AccountId,
        search: &TagSearch,
        page: Page,
        now: Timestamp,
    ) -> Result<Listed<Authority>, StoreError> {
        let found = self.private_authorities(account, now).into_iter().map(|found| found.value);
        let mut found: Vec<Authority> = found
            .filter(|found| search.finds(&found.distinguished_name.common_name, &found.tags))
            .collect();
        found.sort_by_key(|found| std::cmp::Reverse((found.created_at, found.id)));
        Ok(cut(found, page))
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

    async fn csrs(
        &self,
        account: AccountId,
        filter: &CsrFilter,
        page: Page,
    ) -> Result<Listed<Csr>, StoreError> {
        let passes = |csr: &Csr| {
            csr.account == account
                && filter.name.as_ref().is_none_or(|part| csr.name.contains(part))
                && filter.algorithm.is_none_or(|algorithm| csr.algorithm == algorithm)
        };
        let mut found: Vec<Csr> = self
            .all(|record| match record {
                Record::Csr(csr) if passes(csr) => Some((**csr).clone()),
                _ => None,
            })
            .into_iter()
            .map(|found| found.value)
            .collect();
        found.sort_by_key(|csr| std::cmp::Reverse((csr.created_at, csr.id)));
        let total = found.len() as u64;
        let skip = usize::try_from(page.offset).unwrap_or(usize::MAX);
        let take = page.limit as usize;
        Ok(Listed { entries: found.into_iter().skip(skip).take(take).collect(), total })
    }
}

#[async_trait]
impl Objects for Memory {
    async fn authority(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<Option<Versioned<Authority>>, StoreError> {
        Ok(self.read(Table::Authorities, id, |record| match record {
            Record::Authority(found) if found.account == account => Some((**found).clone()),
            _ => None,
        }))
    }

    async fn authorities_by_subject(
        &self,
        account: AccountId,
        comparison_key: &[u8],
    ) -> Result<Vec<Versioned<Authority>>, StoreError> {
        Ok(self.all(|record| match record {
            Record::Authority(found)
                if found.account == account
                    && found
                        .issued()
                        .is_some_and(|own| own.subject.comparison_key() == comparison_key) =>
            {
                Some((**found).clone())
            }
            _ => None,
        }))
    }

    async fn is_revoked(&self, issuer: CaId, serial: &SerialNumber) -> Result<bool, StoreError> {
        let all = self.revocations(issuer, None, u32::MAX).await?;
        Ok(all.iter().any(|one| one.serial == *serial))
    }

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

    async fn key(&self, id: KeyId) -> Result<Option<Versioned<KeyRecord>>, StoreError> {
        let mut state = self.0.lock().unwrap();
        for row in std::mem::take(&mut state.removed_before_key) {
            state.rows.remove(&row);
        }
        drop(state);
        Ok(self.read(Table::Keys, id, |record| match record {
            Record::Key(found) => Some((**found).clone()),
            _ => None,
        }))
    }
}
