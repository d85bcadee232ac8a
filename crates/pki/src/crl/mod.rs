//! The certificate revocation list of an authority: what it is to be, and the last one made.

pub(crate) mod refresh;

use ledger::{AccountId, CaId, RowId, Table, Timestamp};

/// Where relying parties are to find an authority's CRL.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CrlAddress {
    /// At this URL, where the account's people put it.
    Custom(String),
    /// At an address that the service chooses. It serves none yet, so there is none to tell.
    System,
}

/// What an authority's CRL is to be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CrlConfiguration {
    /// Whether there is one.
    pub enabled: bool,
    /// Where it is to be found.
    pub address: CrlAddress,
    /// For how many days it is good: by then the next one has to be fetched.
    pub valid_days: u32,
}

/// A CRL that was made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignedCrl {
    /// Its number, greater than that of the one before.
    pub number: i64,
    /// The moment whose state it tells, a whole second.
    pub this_update: Timestamp,
    /// By then the next one has to be fetched, a whole second.
    pub next_update: Timestamp,
    /// The CRL, DER.
    pub der: Vec<u8>,
}

/// The CRL of an authority.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Crl {
    /// Whose revocations it tells.
    pub authority: CaId,
    /// The authority's account.
    pub account: AccountId,
    /// What it is to be.
    pub configuration: CrlConfiguration,
    /// The last one that was made.
    pub latest: Option<SignedCrl>,
}

impl Crl {
    /// The row of this record: an authority has one.
    pub fn row(&self) -> RowId {
        RowId::new(Table::Crls, self.authority)
    }
}
