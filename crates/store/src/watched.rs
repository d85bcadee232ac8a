//! What is read for metrics: a bounded number of rows, each found by an index.

use std::time::Duration;

use ledger::{CaId, StoreError, Timestamp};
use pki::crl::List;

use crate::Database;
use crate::tables::watched;

/// What the metrics tell of a database.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Watched {
    /// The size of the database in octets, with its log where that is a file of ours.
    pub size: u64,
    /// CRLs that are made and not in their buckets yet; what is above ten thousand is not counted.
    pub unpublished: u64,
    /// The connections that are open, by their use.
    pub connections: Vec<(&'static str, u32)>,
    /// The standbys of the database.
    pub replicas: Vec<Replica>,
    /// How many standbys there are and have to be; `None` where no server has the database.
    pub standbys: Option<Standbys>,
    /// When the certificates of active authorities end, the nearest first.
    pub authorities: Vec<Ending>,
    /// When the next of all certificates ends that these authorities ever issued.
    pub certificates: Vec<Ending>,
    /// When the certificates of OCSP responders end.
    pub responders: Vec<Ending>,
    /// The newest CRLs of lists, those first that are due first.
    pub crls: Vec<CrlTimes>,
    /// The work that servers do by themselves.
    pub work: Vec<WorkState>,
}

/// When something of an authority ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Ending {
    /// The authority.
    pub authority: CaId,
    /// The end.
    pub at: Timestamp,
}

/// The times of a list's newest CRL (RFC 5280 §5.1.2.4, §5.1.2.5).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CrlTimes {
    /// The list.
    pub list: List,
    /// When it was made.
    pub this_update: Timestamp,
    /// Until when there is to be another one.
    pub next_update: Timestamp,
}

/// A copy of the database that follows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Replica {
    /// What the database calls it.
    pub name: String,
    /// How far it is behind.
    pub lag: Duration,
}

/// How many standbys follow a server, and how many of them its commits wait for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Standbys {
    /// Those that follow.
    pub connected: u32,
    /// Those among them that commits wait for; `None` for a user who may not know it.
    pub synchronous: Option<u32>,
    /// How many a commit waits for.
    pub required: u32,
}

/// How it stands with a kind of work.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WorkState {
    /// The kind.
    pub kind: String,
    /// How often in a row it has failed; of several pieces, the one that failed most often.
    pub failures: u32,
    /// How long a piece has been due that nobody does.
    pub overdue: Duration,
    /// How many pieces are being done.
    pub leases: u32,
}

impl Database {
    /// Reads what the metrics tell, as of `now`, with at most `nearest` of each thing.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn watched(&self, now: Timestamp, nearest: u32) -> Result<Watched, StoreError> {
        let mut connections =
            vec![("read", self.reading_sessions()), ("write", self.writer().connections())];
        connections.extend(self.replica_sessions().map(|open| ("replica", open)));
        let read = self.scan(move |c| watched::read(c, now, nearest)).await?;
        Ok(Watched { connections, ..read })
    }
}
