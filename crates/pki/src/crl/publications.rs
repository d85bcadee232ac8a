//! Which authority's CRL lies at which place, for ever, and the port that reads it.

use async_trait::async_trait;
use ledger::{AccountId, CaId, RowId, StoreError, Table, Timestamp};

use super::Location;
use crate::agency::Agency;

/// A place that an authority has taken for its CRL. Certificates name it, so it stays that
/// authority's for ever, also when its CRL moves elsewhere.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CrlPlace {
    /// The place.
    pub location: Location,
    /// Whose CRL lies there.
    pub authority: CaId,
    /// The authority's account.
    pub account: AccountId,
    /// When it was taken.
    pub taken_at: Timestamp,
}

impl CrlPlace {
    /// The row of this place.
    pub fn row(&self) -> RowId {
        RowId::new(Table::CrlPlaces, self.location.key())
    }
}

impl Location {
    /// The bucket and the name, with a slash between them: neither has one.
    pub fn key(&self) -> String {
        format!("{}/{}", self.bucket, self.name)
    }
}

/// Reads what publishing needs to know.
#[async_trait]
pub trait Publications: Send + Sync {
    /// The agency of an account.
    async fn agency(&self, account: AccountId) -> Result<Option<Agency>, StoreError>;

    /// Who has taken this place.
    async fn crl_place(&self, location: &Location) -> Result<Option<CrlPlace>, StoreError>;

    /// All places that an authority has ever taken, the first one first.
    async fn crl_places(&self, authority: CaId) -> Result<Vec<CrlPlace>, StoreError>;

    /// Places by their buckets' and own names, from the one after `after` on: at most `limit`.
    async fn crl_places_after(
        &self,
        after: Option<&Location>,
        limit: u32,
    ) -> Result<Vec<CrlPlace>, StoreError>;

    /// The certificate of an authority, of whatever account, that may be gone since: DER.
    async fn authority_certificate(&self, authority: CaId) -> Result<Option<Vec<u8>>, StoreError>;
}
