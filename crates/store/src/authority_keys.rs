//! The keys of all authorities, which no certification request may carry: read once in an epoch, so
//! that a request costs no read for each of them.

use std::collections::HashSet;
use std::sync::{Arc, Mutex as Shortly, PoisonError};

use ledger::{Epoch, StoreError};
use tokio::sync::Mutex;
use x509::key::PublicKey;

use crate::Database;
use crate::tables::{certificates, keys};

/// How many are kept: half a megabyte. With more of them each request asks for its own.
const MOST: usize = 4096;

/// What is known in an epoch.
#[derive(Default)]
pub(crate) struct AuthorityKeys {
    kept: Shortly<Option<(Epoch, Arc<Known>)>>,
    /// Who reads them: one at a time.
    reading: Mutex<()>,
}

/// The keys and key identifiers; `None` where they cannot all be told.
type Known = Option<HashSet<Vec<u8>>>;

impl AuthorityKeys {
    fn find(&self, epoch: Epoch) -> Option<Arc<Known>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(read_in, _)| *read_in == epoch).map(|(_, known)| Arc::clone(known))
    }

    fn keep(&self, epoch: Epoch, known: &Arc<Known>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some((epoch, Arc::clone(known)));
    }
}

impl Database {
    /// Whether an authority has this key, as of a second ago for those of other nodes.
    pub(crate) async fn has_authority_key(&self, key: &PublicKey) -> Result<bool, StoreError> {
        let known = self.known_authority_keys().await?;
        let is_told = |known: &HashSet<Vec<u8>>| {
            known.contains(key.spki_der()) || known.contains(key.key_identifier().as_slice())
        };
        if (*known).as_ref().is_some_and(|known| !is_told(known)) {
            return Ok(false);
        }
        let key = key.clone();
        self.point(move |c| {
            Ok(keys::is_of_an_authority(c, &key)? || certificates::is_key_elsewhere(c, &key)?)
        })
        .await
    }

    async fn known_authority_keys(&self) -> Result<Arc<Known>, StoreError> {
        let keys = self.authority_keys();
        let epoch = self.epoch_within_a_second().await?;
        if let Some(known) = keys.find(epoch) {
            return Ok(known);
        }
        // Whoever comes meanwhile asks for one key, instead of waiting for all.
        let Ok(_reading) = keys.reading.try_lock() else { return Ok(Arc::new(None)) };
        let epoch = self.epoch_within_a_second().await?;
        if let Some(known) = keys.find(epoch) {
            return Ok(known);
        }
        let known = Arc::new(self.scan(|c| certificates::authority_keys(c, MOST)).await?);
        keys.keep(epoch, &known);
        Ok(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;

    #[tokio::test]
    async fn while_somebody_reads_them_nobody_waits_for_it() {
        let directory = tempfile::tempdir().unwrap();
        let database = Database::open(&directory.path().join("x.db"), Options::default()).unwrap();
        let reading = database.authority_keys().reading.lock().await;

        assert!(database.known_authority_keys().await.unwrap().is_none());

        drop(reading);
        assert!(database.known_authority_keys().await.unwrap().is_some());
    }
}
