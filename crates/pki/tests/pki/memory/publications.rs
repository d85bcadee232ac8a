//! What publishing reads, in memory.

use async_trait::async_trait;
use ledger::{AccountId, CaId, StoreError, Table};
use pki::Record;
use pki::agency::Agency;
use pki::crl::{CrlPlace, Location, Publications};

use super::Memory;

#[async_trait]
impl Publications for Memory {
    async fn agency(&self, account: AccountId) -> Result<Option<Agency>, StoreError> {
        let found = self.read(Table::Agencies, account, |record| match record {
            Record::Agency(agency) => Some(*agency),
            _ => None,
        });
        Ok(found.map(|found| found.value))
    }

    async fn crl_place(&self, location: &Location) -> Result<Option<CrlPlace>, StoreError> {
        let found = self.read(Table::CrlPlaces, location.key(), |record| match record {
            Record::CrlPlace(place) => Some(place.clone()),
            _ => None,
        });
        Ok(found.map(|found| found.value))
    }

    async fn crl_places(&self, authority: CaId) -> Result<Vec<CrlPlace>, StoreError> {
        let mut found: Vec<CrlPlace> = self
            .all(|record| match record {
                Record::CrlPlace(place) if place.authority == authority => Some(place.clone()),
                _ => None,
            })
            .into_iter()
            .map(|found| found.value)
            .collect();
        found.sort_by_key(|place| (place.taken_at, place.location.key()));
        Ok(found)
    }

    async fn crl_places_after(
        &self,
        after: Option<&Location>,
        limit: u32,
    ) -> Result<Vec<CrlPlace>, StoreError> {
        let after = after.map(Location::key).unwrap_or_default();
        let mut found: Vec<CrlPlace> = self
            .all(|record| match record {
                Record::CrlPlace(place) if place.location.key() > after => Some(place.clone()),
                _ => None,
            })
            .into_iter()
            .map(|found| found.value)
            .collect();
        found.sort_by_key(|place| place.location.key());
        found.truncate(limit as usize);
        Ok(found)
    }

    async fn authority_certificate(&self, authority: CaId) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self.read(Table::Authorities, authority, |record| match record {
            Record::Authority(found) => found.issued().map(|issued| issued.certificate.clone()),
            _ => None,
        });
        Ok(found.map(|found| found.value))
    }
}
