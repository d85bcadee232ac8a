//! A session with a replica, for as long as one operation reads.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use ledger::StoreError;
use tokio::sync::OwnedSemaphorePermit;

use super::{ReadReplica, Unusable};
use crate::measure;
use crate::sql::{self, Connection};

/// A session that has all that was answered before the operation began.
pub(crate) struct Held {
    /// None while somebody reads, and after it was lost: the primary reads the rest then.
    session: Mutex<Option<Connection>>,
    replica: Arc<ReadReplica>,
    /// None where it is only tried whether the replica can be used.
    permit: Option<OwnedSemaphorePermit>,
}

impl Held {
    pub(super) fn new(
        session: Connection,
        replica: Arc<ReadReplica>,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Self {
        Self { session: Mutex::new(Some(session)), replica, permit }
    }

    /// Runs a read on the replica's threads; on the primary if the replica fails at it. Session and
    /// permit stay with the read until it has ended, also if nobody waits for it any more.
    pub(crate) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl Fn(&Connection) -> sql::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let Some(session) = self.take() else { return self.replica.primary.run(read).await };
        let held = Arc::clone(self);
        let reading = self.replica.threads.run(move || match read(&session) {
            Ok(found) => {
                held.put_back(session);
                Ok(found)
            }
            // Also a statement that had to give way to what the replica replays.
            Err(error) => {
                if error.is_disconnected() {
                    let why = Unusable::Away(error.to_string());
                    held.replica.pause(why, Instant::now());
                }
                Err(read)
            }
        });
        let reading = reading.ok_or_else(|| StoreError::new(sql::Error::Closed))?;
        match reading.await.map_err(StoreError::new)? {
            Ok(found) => Ok(found),
            Err(read) => self.replica.primary.run(read).await,
        }
    }

    /// The connection of the primary that a long read needs.
    pub(crate) fn apart(&self) -> sql::Result<Connection> {
        self.replica.primary.apart()
    }

    fn take(&self) -> Option<Connection> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put_back(&self, session: Connection) {
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(session);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let kept = self.take();
        if self.permit.is_some() {
            measure::read_replica(if kept.is_some() { "replica" } else { "failed" });
        }
        if let Some(session) = kept {
            self.replica.keep(session);
        }
    }
}
