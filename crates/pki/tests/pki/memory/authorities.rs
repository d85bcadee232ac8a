//! The authorities of the store in memory.

use std::collections::BTreeSet;

use async_trait::async_trait;
use ledger::{AccountId, CaId, ProjectId, StoreError, Table, Timestamp, Versioned};
use pki::authority::{
    Authority, AuthorityAttributes, AuthorityOrder, AuthorityQuery, Direction, Home, Issued, Kind,
    State,
};
use pki::tag::TagSearch;
use pki::{Authorities, Listed, Page, Record, Revocation};
use x509::serial::SerialNumber;

use super::Memory;
use super::certificates::cut;

#[async_trait]
impl Authorities for Memory {
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

    async fn authorities_in_use(
        &self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        Ok(self.private_authorities(account, now).len() as u64)
    }

    async fn authorities_due(
        &self,
        account: Option<AccountId>,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Versioned<Authority>>, StoreError> {
        let mut due = self.all(|record| match record {
            Record::Authority(found)
                if account.is_none_or(|account| found.account == account) && found.is_gone(now) =>
            {
                Some((**found).clone())
            }
            _ => None,
        });
        due.truncate(limit as usize);
        Ok(due)
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

    async fn is_revoked(&self, issuer: CaId, serial: &SerialNumber) -> Result<bool, StoreError> {
        let all = self.revocations(issuer, None, u32::MAX).await?;
        Ok(all.iter().any(|one| one.serial == *serial))
    }

    async fn revocations(
        &self,
        issuer: CaId,
        after: Option<&SerialNumber>,
        limit: u32,
    ) -> Result<Vec<Revocation>, StoreError> {
        let after = after.map_or_else(String::new, SerialNumber::to_hex);
        let mut found = self.all(|record| match record {
            Record::Revocation(found) if found.issuer == issuer => Some(found.clone()),
            _ => None,
        });
        found.sort_by_key(|found| found.value.serial.to_hex());
        let found = found.into_iter().map(|found| found.value);
        let later = found.filter(|found| found.serial.to_hex() > after);
        Ok(later.take(limit as usize).collect())
    }

    async fn authority_attributes(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<Option<AuthorityAttributes>, StoreError> {
        let found = self.authority(account, id).await?;
        Ok(found.map(|Versioned { value: found, .. }| AuthorityAttributes {
            home: found.home,
            deletion_time: found.deletion_time(),
            enterprise_project: found.enterprise_project,
            tags: found.tags,
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

    async fn is_serial_taken(
        &self,
        account: AccountId,
        issued: &Issued,
    ) -> Result<bool, StoreError> {
        let same = |record: &Record| match record {
            Record::Authority(found) if found.account == account => found
                .issued()
                .filter(|own| own.issuer_name == issued.issuer_name && own.serial == issued.serial)
                .map(|_| ()),
            _ => None,
        };
        Ok(!self.all(same).is_empty())
    }
}
