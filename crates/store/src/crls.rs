//! The port of `pki` to CRLs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::sql::{self, Connection};
use async_trait::async_trait;
use ledger::{AccountId, CaId, CrlBodyId, StoreError, Timestamp, Versioned};
use pki::Crls;
use pki::crl::{Crl, Head, List, Past, RevocationSnapshot, Tally, Work};
use tokio::sync::{mpsc, oneshot};
use x509::RevokedCertificate;

use crate::Database;
use crate::tables::{crl_bodies, crl_heads, crls, revocations, serials};

/// How many revocations are handed over at a time.
const BATCH: usize = 2000;
/// How many batches may wait.
const WAITING: usize = 2;

#[async_trait]
impl Crls for Database {
    async fn crl(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<Option<Versioned<Crl>>, StoreError> {
        self.point(move |c| crls::of_account(c, account, id)).await
    }

    async fn crl_of_any(&self, id: CaId) -> Result<Option<Versioned<Crl>>, StoreError> {
        self.point(move |c| crls::by_authority(c, id)).await
    }

    async fn crl_head(&self, list: List) -> Result<Option<Versioned<Head>>, StoreError> {
        self.point(move |c| crl_heads::by_list(c, list)).await
    }

    async fn crl_heads(&self, authority: CaId) -> Result<Vec<Versioned<Head>>, StoreError> {
        self.scan(move |c| crl_heads::of_authority(c, authority)).await
    }

    async fn crls_due(&self, now: Timestamp, limit: u32) -> Result<Vec<(List, Work)>, StoreError> {
        self.scan(move |c| crl_heads::due(c, now, limit)).await
    }

    async fn told_by(
        &self,
        list: List,
        past: Past,
    ) -> Result<Box<dyn RevocationSnapshot>, StoreError> {
        let readers = self.readers().clone();
        let (opened, opening) = oneshot::channel();
        let (batches, waiting) = mpsc::channel(WAITING);
        tokio::task::spawn_blocking(move || {
            let told = readers.apart().map_err(StoreError::new).and_then(|connection| {
                read(&connection, (list, past), opened, &batches).map_err(StoreError::new)
            });
            if let Err(error) = told {
                // Nobody waits any more where it is refused.
                let _left = batches.blocking_send(Err(error));
            }
        });
        let mut waiting = waiting;
        let tally = match opening.await {
            Ok(tally) => tally,
            // The reader ended before it could begin, and says why.
            Err(ended) => {
                let why = waiting.recv().await.and_then(Result::err);
                return Err(why.unwrap_or_else(|| StoreError::new(ended)));
            }
        };
        Ok(Box::new(Snapshot { tally, waiting }))
    }

    async fn last_end(&self, issuer: CaId) -> Result<Option<Timestamp>, StoreError> {
        self.point(move |c| serials::last_end(c, issuer)).await
    }

    async fn put_crl_chunks(
        &self,
        body: CrlBodyId,
        first: u32,
        chunks: Vec<Vec<u8>>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let work = move |c: &Connection| Ok(crl_bodies::put(c, body, (first, &chunks), at)?);
        self.writer().alone(work).await.map_err(StoreError::new)
    }

    async fn crl_chunk(&self, body: CrlBodyId, number: u32) -> Result<Option<Vec<u8>>, StoreError> {
        self.scan(move |c| crl_bodies::chunk(c, body, number)).await
    }

    async fn forget_crl_bodies(&self, idle_since: Timestamp) -> Result<(), StoreError> {
        for body in self.scan(move |c| crl_bodies::idle(c, idle_since)).await? {
            let left = Arc::new(AtomicUsize::new(1));
            while left.load(Ordering::Relaxed) > 0 {
                let removed = Arc::clone(&left);
                let work = move |c: &Connection| {
                    removed.store(crl_bodies::remove_some(c, body)?, Ordering::Relaxed);
                    Ok(())
                };
                self.writer().alone(work).await.map_err(StoreError::new)?;
            }
        }
        Ok(())
    }
}

/// Revocations that another thread reads ahead, within one read transaction.
struct Snapshot {
    tally: Tally,
    waiting: mpsc::Receiver<Result<Vec<RevokedCertificate>, StoreError>>,
}

#[async_trait]
impl RevocationSnapshot for Snapshot {
    fn tally(&self) -> Tally {
        self.tally
    }

    async fn next(&mut self) -> Result<Vec<RevokedCertificate>, StoreError> {
        self.waiting.recv().await.unwrap_or_else(|| Ok(Vec::new()))
    }
}

/// Reads what a list tells, first what it adds up to.
fn read(
    connection: &Connection,
    (list, past): (List, Past),
    opened: oneshot::Sender<Tally>,
    batches: &mpsc::Sender<Result<Vec<RevokedCertificate>, StoreError>>,
) -> sql::Result<()> {
    let transaction = connection.reading()?;
    let tally = revocations::tally(&transaction, list, past)?;
    if opened.send(tally).is_err() {
        return Ok(());
    }
    let mut batch = Vec::with_capacity(BATCH);
    let mut hand_over = |entry| {
        batch.push(entry);
        if batch.len() < BATCH {
            return true;
        }
        let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
        batches.blocking_send(Ok(full)).is_ok()
    };
    if revocations::told(&transaction, list, past, &mut hand_over)? && !batch.is_empty() {
        // Nobody waits any more where it is refused.
        let _left = batches.blocking_send(Ok(batch));
    }
    Ok(())
}
