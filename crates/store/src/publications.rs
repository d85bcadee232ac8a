//! What publishing reads.

use async_trait::async_trait;
use ledger::{AccountId, CaId, StoreError};
use pki::agency::Agency;
use pki::crl::{CrlPlace, Location, Publications};

use crate::Database;
use crate::tables::{agencies, certificates, crl_places};

#[async_trait]
impl Publications for Database {
    async fn agency(&self, account: AccountId) -> Result<Option<Agency>, StoreError> {
        self.point(move |c| agencies::by_account(c, account)).await
    }

    async fn crl_place(&self, location: &Location) -> Result<Option<CrlPlace>, StoreError> {
        let location = location.clone();
        self.point(move |c| crl_places::at(c, &location)).await
    }

    async fn crl_places(&self, authority: CaId) -> Result<Vec<CrlPlace>, StoreError> {
        self.point(move |c| crl_places::of(c, authority)).await
    }

    async fn crl_places_after(
        &self,
        after: Option<&Location>,
        limit: u32,
    ) -> Result<Vec<CrlPlace>, StoreError> {
        let after = after.cloned();
        self.scan(move |c| crl_places::after(c, after.as_ref(), limit)).await
    }

    async fn authority_certificate(&self, authority: CaId) -> Result<Option<Vec<u8>>, StoreError> {
        self.point(move |c| certificates::der(c, &authority.to_string())).await
    }
}
