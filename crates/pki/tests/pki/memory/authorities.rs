//! The authorities of the store in memory.

use async_trait::async_trait;
use ledger::{AccountId, CaId, StoreError, Timestamp, Versioned};
use pki::authority::{Authority, AuthorityAttributes, Issued};
use pki::{Authorities, Objects, Record, Revocation};
use x509::serial::SerialNumber;

use super::Memory;

#[async_trait]
impl Authorities for Memory {
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
