//! What is recorded of a list: the last CRL made, and where it is found.

use ledger::{AccountId, CrlBodyId, RowId, Timestamp};

use super::List;

/// Whether another CRL follows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Finality {
    /// It is the last one of its authority, and served for ever.
    Last,
    /// Another one follows.
    More,
}

/// A CRL that was made. Its bytes are kept apart, in chunks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignedCrl {
    /// Its number, greater than that of the one before.
    pub number: i64,
    /// The moment whose state it tells, a whole second.
    pub this_update: Timestamp,
    /// By then the next one has to be fetched, a whole second.
    pub next_update: Timestamp,
    /// The place of the last revocation that was recorded when it was made: it tells, or an earlier one
    /// has told, every one up to it.
    pub through: i64,
    /// Whether another one follows.
    pub finality: Finality,
    /// Where its bytes are kept.
    pub body: CrlBodyId,
    /// How many octets they are.
    pub octets: u64,
    /// How many chunks they are in.
    pub chunks: u32,
}

/// The head of a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Head {
    /// Which list.
    pub list: List,
    /// The authority's account.
    pub account: AccountId,
    /// The addresses in certificates that it covers, for ever: a shard's are the names of its
    /// issuingDistributionPoint (RFC 5280 §5.2.5), byte for byte. Those of a complete CRL are not in it.
    pub names: Vec<String>,
    /// The last one made.
    pub latest: Option<SignedCrl>,
    /// When the next one is due even if nothing is revoked; `None` where no other follows.
    pub due_at: Option<Timestamp>,
    /// The number of the one that its bucket has.
    pub published: Option<i64>,
}

impl Head {
    /// The row of this head.
    pub fn row(&self) -> RowId {
        self.list.row()
    }
}
