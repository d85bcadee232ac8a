//! The commits of a change of the master key, and of the data key.
//!
//! In the order in which they are made: [`Database::rewrap`], [`Database::retire_data_keys`], many of
//! [`Database::reseal`], [`Database::remove_retired_data_keys`], [`Database::checkpoint`]. After each
//! of them the database is whole.

use ledger::{AuditEvent, ChangeId, CommitError, StoreError, Timestamp};

use crate::sealed::{self, Resealed, SealedColumn, SealedRow};
use crate::sql::Connection;
use crate::tables::{audit_events, data_keys, epochs};
use crate::writer::Fate;
use crate::{DataKeyRow, Database};

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
    /// [`pki::Store::commit`].
    pub async fn rewrap(
        &self,
        rewrap: Rewrap,
        told: (ChangeId, AuditEvent),
    ) -> Result<(), CommitError> {
        let work = move |connection: &Connection| {
            let Rewrap { before, after, canary } = rewrap;
            if data_keys::all(connection)? != before {
                return Err(Fate::conflict());
            }
            for key in &after {
                if data_keys::rewrap(connection, key.id, &key.wrapped)? == 0 {
                    data_keys::insert(connection, key)?;
                }
            }
            let all = data_keys::all(connection)?;
            if all != after || data_keys::replace_canary(connection, &canary)? != 1 {
                return Err(Fate::unwritable("a data key or the canary was left out"));
            }
            tell(connection, told)
        };
        self.writer().alone(work).await
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
    /// nothing of meaning changes.
    ///
    /// # Errors
    ///
    /// As [`pki::Store::commit`].
    pub async fn reseal(
        &self,
        column: SealedColumn,
        rows: Vec<Resealed>,
    ) -> Result<(), CommitError> {
        let work = move |connection: &Connection| {
            sealed::replace(connection, column, &rows)?;
            // Whoever has kept the old blob reads again before its data key goes.
            Ok(epochs::raise(connection)?)
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
            tell(connection, told)
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

fn tell(connection: &Connection, (id, event): (ChangeId, AuditEvent)) -> Result<(), Fate> {
    audit_events::insert(connection, id, &[event])?;
    Ok(())
}
