//! An agency: the account lets the service use its buckets.

mod create;
mod show;

pub use show::AccountBucket;

use ledger::{AccountId, AgencyId, RowId, Table, Timestamp};

/// An account's leave for the service to publish in its buckets. There is no way to take it back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Agency {
    /// Its identifier.
    pub id: AgencyId,
    /// Whose it is; an account has one.
    pub account: AccountId,
    /// When it was created.
    pub created_at: Timestamp,
}

impl Agency {
    /// The row of this agency.
    pub fn row(&self) -> RowId {
        RowId::new(Table::Agencies, self.account)
    }
}
