//! The port to leases.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use ledger::{CommitError, StoreError};
use pki::lease::{Claim, Ended, Held, Lease, Leases, WorkRecord};

use crate::Database;
use crate::sql::{self, Connection};
use crate::tables::leases;
use crate::writer::Fate;

#[async_trait]
impl Leases for Database {
    async fn acquire(&self, claim: Claim<'_>) -> Result<Option<Lease>, CommitError> {
        // Most of the time there is nothing to take up, and that costs no commit.
        let Claim { name, holder, lasts, rests, start } = claim;
        let (name, holder) = (name.to_owned(), holder.to_owned());
        let asked = (name.clone(), holder.clone());
        let read = move |c: &Connection| {
            leases::is_free(c, Claim { name: &asked.0, holder: &asked.1, lasts, rests, start })
        };
        if !self.point(read).await? {
            return Ok(None);
        }
        self.written(move |c| {
            leases::acquire(c, Claim { name: &name, holder: &holder, lasts, rests, start })
        })
        .await
    }

    async fn renew(&self, lease: &Lease, lasts: Duration) -> Result<Held, CommitError> {
        let lease = lease.clone();
        self.written(move |c| leases::renew(c, &lease, lasts)).await.map(held)
    }

    async fn release(&self, lease: &Lease, ended: Ended) -> Result<Held, CommitError> {
        let lease = lease.clone();
        self.written(move |c| leases::release(c, &lease, &ended)).await.map(held)
    }

    async fn work(&self, name: &str) -> Result<Option<WorkRecord>, StoreError> {
        let name = name.to_owned();
        self.point(move |c| leases::by_name(c, &name)).await
    }
}

impl Database {
    /// Writes in a transaction of its own, and gives what the statement gave once that is durable. It may
    /// be done several times, of which the last counts.
    pub(crate) async fn written<T: Send + 'static>(
        &self,
        write: impl Fn(&Connection) -> sql::Result<T> + Send + 'static,
    ) -> Result<T, CommitError> {
        let given = Arc::new(Mutex::new(None));
        let giving = Arc::clone(&given);
        let work = move |connection: &Connection| -> Result<(), Fate> {
            let written = write(connection)?;
            *giving.lock().unwrap_or_else(PoisonError::into_inner) = Some(written);
            Ok(())
        };
        self.writer().alone(work).await?;
        let given = given.lock().unwrap_or_else(PoisonError::into_inner).take();
        given.ok_or(CommitError::Unknown)
    }
}

fn held(counts: bool) -> Held {
    if counts { Held::Still } else { Held::Lost }
}
