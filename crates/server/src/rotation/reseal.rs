//! Seals everything again under the newest data key, and removes the older ones.
//!
//! It can be interrupted anywhere and begun again: more than one data key in the database says that
//! it has not ended, and each blob says which one sealed it.

use keys::{SealedError, Vault};
use ledger::{ChangeId, Origin};
use store::{Resealed, SealedColumn, SealedFor, SealedRow};

use super::{Parts, Step, reached, unreadable, unwritten};
use crate::failure::Failure;
use crate::tls;

/// How many blobs are sealed again in one commit.
const BATCH: u32 = 256;
/// How often all tables are walked. A blob that was replaced under the hands of the first walk is
/// found by the second.
const WALKS: u32 = 5;

/// Does all of it.
pub(super) async fn all(parts: &Parts, origin: Origin) -> Result<(), Failure> {
    let newest = parts.vault.newest_data_key();
    let header = Vault::blob_header(newest);
    let count = async || parts.database.count_sealed_before(header).await.map_err(unreadable);
    parts.database.retire_data_keys(newest, parts.clock.now()).await.map_err(unwritten)?;
    reached(Step::Retired);
    parts.progress.found(count().await?);
    let mut batches = 0;
    let mut left = 0;
    for _ in 0..WALKS {
        for column in SealedColumn::ALL {
            walk(parts, *column, header, &mut batches).await?;
        }
        left = count().await?;
        if left == 0 {
            break;
        }
    }
    if left > 0 {
        return Err(Failure::Invalid {
            problem: format!(
                "{left} blobs cannot be sealed again, which the log names; the old data keys stay"
            ),
            hint: "restore their rows from a backup, or remove them, then run it again",
        });
    }
    tls::reseal_authority(&parts.directory, &parts.vault)?;
    reached(Step::TlsKey);
    let told = parts.event(&origin, format!("everything is sealed under data key {newest}"));
    parts.database.remove_retired_data_keys(told).await.map_err(unwritten)?;
    reached(Step::Removed);
    parts.cut_log().await?;
    tracing::info!(data_key = newest, "everything is sealed under the new data key");
    Ok(())
}

/// Walks one table by its keys.
async fn walk(
    parts: &Parts,
    column: SealedColumn,
    header: [u8; 5],
    batches: &mut u32,
) -> Result<(), Failure> {
    let mut after = None;
    loop {
        if parts.progress.is_to_stop() {
            return Err(Failure::Invalid {
                problem: "not everything is sealed again yet: the server was stopped".to_owned(),
                hint: "`cinnabar master-key rotate --deep` goes on with it; so does the server when it \
                       is started, unless others may run on the same database",
            });
        }
        let place = (after.take(), BATCH);
        let page = parts.database.sealed_before(column, header, place).await.map_err(unreadable)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.key.clone());
        let sealed: Vec<Resealed> =
            page.into_iter().filter_map(|row| resealed(&parts.vault, column, row)).collect();
        let blobs = sealed.len();
        let change = ChangeId::generate(&*parts.clock, &*parts.random);
        parts.database.reseal(column, sealed, change).await.map_err(unwritten)?;
        parts.progress.sealed(blobs);
        *batches += 1;
        reached(Step::Batch(*batches));
        // Others wait for this thread too.
        tokio::task::yield_now().await;
    }
}

/// The row's blob under the newest data key; `None` where it does not open.
fn resealed(vault: &Vault, column: SealedColumn, row: SealedRow) -> Option<Resealed> {
    let SealedRow { key, blob, sealed_for } = row;
    let after: Result<Vec<u8>, SealedError> = match &sealed_for {
        SealedFor::Key(record) => vault.reseal_key(record),
        SealedFor::Secret(context) => vault.reseal_secret(&blob, context),
    };
    match after {
        Ok(after) => Some(Resealed { key, before: blob, after }),
        Err(error) => {
            let table = column.table();
            tracing::error!(%error, table, key, "a blob does not open and is left as it is");
            None
        }
    }
}
