//! Certificate revocation lists: what an authority's are to be, and the last ones made.

mod address;
mod buckets;
mod head;
mod list;
pub(crate) mod make;
mod name;
mod port;
mod publications;
pub(crate) mod publish;
mod published_at;
mod refresh;
mod serve;
pub(crate) mod shard;
mod sharding;
mod switch;

pub use address::{CrlAddress, Location};
pub use buckets::{BucketError, Buckets, NoBuckets, Reach, Standing};
pub use head::{Finality, Head, SignedCrl};
pub use list::{List, Work};
pub use name::{CRL_NAME_LENGTH, CrlName, CrlNameError};
pub use port::{Crls, Past, RevocationSnapshot, Tally};
pub use publications::{CrlPlace, Publications};
pub use serve::CrlBytes;
pub use switch::{NewCrl, PublishedCrl};

use ledger::{AccountId, CaId, RowId, Table};

/// What the CRLs of an authority are to be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CrlConfiguration {
    /// Whether there are any.
    pub enabled: bool,
    /// Where the complete one is to be found.
    pub address: CrlAddress,
    /// For how many days one is good: by then the next one has to be fetched.
    pub valid_days: u32,
}

/// Whether new certificates of an authority point to a part of its CRL.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sharding {
    /// They point to the complete CRL.
    Off,
    /// Those that are no authorities point to a shard, which covers some thousands of them.
    On,
}

/// What the CRLs of an authority are to be, as recorded. It outlives the authority, whose last CRL is
/// served on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Crl {
    /// Whose revocations they tell.
    pub authority: CaId,
    /// The authority's account.
    pub account: AccountId,
    /// What they are to be.
    pub configuration: CrlConfiguration,
    /// Whether there are shards.
    pub sharding: Sharding,
}

impl Crl {
    /// The row of this record: an authority has one.
    pub fn row(&self) -> RowId {
        RowId::new(Table::Crls, self.authority)
    }
}
