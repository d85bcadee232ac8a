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
    _permit: OwnedSemaphorePermit,
}

impl Held {
    pub(super) fn new(
        session: Connection,
        replica: Arc<ReadReplica>,
        permit: OwnedSemaphorePermit,
    ) -> Self {
        Self { session: Mutex::new(Some(session)), replica, _permit: permit }
    }

    /// Runs a read on the blocking pool; on the primary if the replica fails at it.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        read: impl Fn(&Connection) -> sql::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let Some(session) = self.take() else { return self.replica.primary.run(read).await };
        let reading = tokio::task::spawn_blocking(move || match read(&session) {
            Ok(found) => Ok((found, session)),
            Err(error) => Err((error, read)),
        });
        match reading.await.map_err(StoreError::new)? {
            Ok((found, session)) => {
                *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(session);
                Ok(found)
            }
            Err((error, read)) => {
                // Also a statement that had to give way to what the replica replays.
                measure::read_replica("failed");
                if error.is_disconnected() {
                    self.replica.pause(Unusable::Away(error.to_string()), Instant::now());
                }
                self.replica.primary.run(read).await
            }
        }
    }

    /// The connection of the primary that a long read needs.
    pub(crate) fn apart(&self) -> sql::Result<Connection> {
        self.replica.primary.apart()
    }

    fn take(&self) -> Option<Connection> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(session) = self.take() {
            self.replica.keep(session);
        }
    }
}
