//! The commits of a change of the master key, and of the data key.
//!
//! In the order in which they are made: [`Database::rewrap`], [`Database::retire_data_keys`], many of
//! [`Database::reseal`], [`Database::remove_retired_data_keys`], [`Database::checkpoint`]. After each
//! of them the database is whole.

use std::time::Duration;

use ledger::{AuditEvent, ChangeId, CommitError, StoreError, Timestamp};

use crate::sealed::{self, Resealed, SealedColumn, SealedRow};
use crate::sql::Connection;
use crate::tables::{audit_events, data_keys, epochs};
use crate::writer::{Fate, begin_known, write_mark};
use crate::{DataKeyRow, Database};

/// How long it is waited for what became of another change of the data keys.
const SETTLING: Duration = Duration::from_secs(10);

/// Everything that another master key wraps.
#[derive(Clone, Debug)]
pub struct Rewrap {
    /// The data keys as they were read.
    pub before: Vec<DataKeyRow>,
    /// The same, wrapped by the new master key, and at most one more.
    pub after: Vec<DataKeyRow>,
    /// The canary under the new master key.
    pub canary: Vec<u8>,
}

impl Database {
    /// Puts the data keys and the canary under another master key, all at once: there is no moment
    /// at which one master key opens some and another one others.
    ///
    /// # Errors
    ///
    /// [`CommitError::Conflict`] if the data keys are not those that were read; else as
    /// [`pki::Store::commit`]. After [`CommitError::Unknown`] both master keys are kept until
    /// [`Database::committed`] or [`Database::settled_keys`] answers.
    pub async fn rewrap(
        &self,
        rewrap: Rewrap,
        told: (ChangeId, AuditEvent),
    ) -> Result<(), CommitError> {
        let id = told.0;
        let work = move |connection: &Connection| {
            if connection.is_shared() {
                begin_known(connection, id)?;
                data_keys::lock(connection)?;
            }
            let Rewrap { before, after, canary } = &rewrap;
            if data_keys::all(connection)? != *before {
                return Err(Fate::conflict());
            }
            for key in after {
                if data_keys::rewrap(connection, key.id, &key.wrapped)? == 0 {
                    data_keys::insert(connection, key)?;
                }
            }
            let all = data_keys::all(connection)?;
            if all != *after || data_keys::replace_canary(connection, canary)? != 1 {
                return Err(Fate::unwritable("a data key or the canary was left out"));
            }
            tell(connection, &told)
        };
        let fate = self.writer().alone(work).await;
        if matches!(fate, Err(CommitError::Unknown)) {
            self.writer().leave_unsettled(id);
        }
        fate
    }

    /// The data keys and the canary, after every change of them that may be under way has ended, here or
    /// on another node, and what was read is as durable as an answered commit: a master key that does not
    /// open it can go.
    ///
    /// # Errors
    ///
    /// When the database cannot be read, or does not say so soon.
    pub async fn settled_keys(&self) -> Result<(Vec<DataKeyRow>, Option<Vec<u8>>), StoreError> {
        if !self.is_shared() {
            return Ok((self.data_keys().await?, self.canary().await?));
        }
        let settled = self.written(|connection| {
            data_keys::lock(connection)?;
            write_mark(connection)?;
            Ok((data_keys::all(connection)?, data_keys::canary(connection)?))
        });
        let settled = tokio::time::timeout(SETTLING, settled).await;
        settled.map_err(StoreError::new)?.map_err(StoreError::new)
    }

    /// From now on refuses every blob that a data key before `newest` has sealed, as a conflict, so
    /// that whoever sealed it decides again. What is there already may stay.
    ///
    /// # Errors
    ///
    /// As [`pki::Store::commit`].
    pub async fn retire_data_keys(&self, newest: u32, at: Timestamp) -> Result<(), CommitError> {
        self.writer().alone(move |c| Ok(data_keys::retire(c, newest, at)?)).await
    }

    /// How many blobs begin with less than `header`: an older data key has sealed them.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn count_sealed_before(&self, header: [u8; 5]) -> Result<u64, StoreError> {
        self.scan(move |c| SealedColumn::ALL.iter().map(|of| sealed::count(c, *of, header)).sum())
            .await
    }

    /// Up to `limit` rows of `column` after the key `after` whose blob begins with less than
    /// `header`, by key.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn sealed_before(
        &self,
        column: SealedColumn,
        header: [u8; 5],
        (after, limit): (Option<String>, u32),
    ) -> Result<Vec<SealedRow>, StoreError> {
        self.scan(move |c| sealed::page(c, column, header, (after.as_deref(), limit))).await
    }

    /// Puts blobs in the place of others of the same content, each where the other still is: what
    /// was replaced in between stays. How many took their places. Versions stay as they are, since
    /// nothing of meaning changes. The epoch ends by `change`.
    ///
    /// # Errors
    ///
    /// As [`pki::Store::commit`].
    pub async fn reseal(
        &self,
        column: SealedColumn,
        rows: Vec<Resealed>,
        change: ChangeId,
    ) -> Result<(), CommitError> {
        let work = move |connection: &Connection| {
            sealed::replace(connection, column, &rows)?;
            // Whoever has kept the old blob reads again before its data key goes.
            Ok(epochs::raise(connection, change)?)
        };
        let fate = self.writer().alone(work).await;
        self.end_epoch();
        fate
    }

    /// Removes the retired data keys. Whoever calls this has seen that no blob names one.
    ///
    /// # Errors
    ///
    /// As [`pki::Store::commit`].
    pub async fn remove_retired_data_keys(
        &self,
        told: (ChangeId, AuditEvent),
    ) -> Result<(), CommitError> {
        let work = move |connection: &Connection| {
            data_keys::remove_retired(connection)?;
            tell(connection, &told)
        };
        self.writer().alone(work).await
    }

    /// Moves everything into the database file and cuts the log off: what was overwritten is in
    /// neither after it.
    ///
    /// # Errors
    ///
    /// When somebody who reads has kept it from being done, or the disk fails.
    pub async fn checkpoint(&self) -> Result<(), StoreError> {
        self.writer().checkpoint().await
    }
}

fn tell(connection: &Connection, (id, event): &(ChangeId, AuditEvent)) -> Result<(), Fate> {
    audit_events::insert(connection, *id, std::slice::from_ref(event))?;
    Ok(())
}
