//! What has to hold of all that is stored: questions to the database, and the rows to look at.
//!
//! Each is asked of one state of the database, and the next one may see a later state: a server goes on
//! meanwhile. Everything here blocks: not for a thread of a runtime.

mod claim;
mod counters;
mod indexes;
mod ownership;
mod page;
mod revocation;
mod rows;
mod status;
#[cfg(test)]
mod tests;

pub use claim::Claim;
pub use page::{Page, Unreadable};
pub use rows::{Issued, StoredAuthority, StoredCertificate, StoredCrl, StoredResponder};

use crate::contents::{ContentsError, Snapshot};

/// All claims, in the order in which they are worth asking.
#[must_use]
pub fn claims() -> Vec<Claim> {
    [ownership::claims(), revocation::claims(), status::claims(), counters::claims()].concat()
}

impl Snapshot {
    /// What contradicts a claim: identifiers, `most` at most.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn contradictions(&self, claim: &Claim, most: u64) -> Result<Vec<String>, ContentsError> {
        let sql = format!("{} LIMIT {most}", claim.sql());
        let mut statement = self.connection().prepare(&sql)?;
        let found = statement.query_map([], |row| row.shown(0))?.collect::<Result<_, _>>();
        Ok(found?)
    }

    /// From now on reads the state of now.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn renew(&self) -> Result<(), ContentsError> {
        Ok(self.connection().begin_again()?)
    }
}
