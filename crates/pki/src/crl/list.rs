//! Which of an authority's CRLs is meant.

use std::fmt;

use ledger::{CaId, Counter, Quota, RowId, Table};

/// One of the CRLs of an authority.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct List {
    /// The authority.
    pub authority: CaId,
    /// The shard; `None` is the complete CRL.
    pub shard: Option<u32>,
}

/// What is due on a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Work {
    /// The next CRL: [`Pki::refresh_crl`](crate::Pki::refresh_crl).
    Make,
    /// The last one made is not in its bucket yet.
    Publish,
}

impl List {
    /// The complete CRL of an authority.
    pub fn complete(authority: CaId) -> Self {
        Self { authority, shard: None }
    }

    /// The row of its head.
    pub fn row(self) -> RowId {
        RowId::new(Table::CrlHeads, self)
    }

    /// How many revocations wait for its next CRL.
    pub fn unpublished(self) -> Counter {
        Counter { quota: Quota::Unpublished, scope: self.to_string() }
    }
}

/// The authority's identifier, and after a slash the shard's number.
impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.shard {
            Some(shard) => write!(f, "{}/{shard}", self.authority),
            None => self.authority.fmt(f),
        }
    }
}
