//! What became of a transaction whose commit nobody answered.
//!
//! Each transaction has a lock that is its own, before its commit can be asked for; the server gives it
//! back when the transaction has ended, one way or the other. Whoever gets it can look.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use ledger::ChangeId;

use super::gates;
use crate::sql::{self, Connection, params};
use crate::tables::audit_events;

/// For how long it is remembered where to look.
const REMEMBERED: Duration = Duration::from_secs(600);

/// Change sets of which nobody knows what became of them, each with the first of its transaction.
#[derive(Default)]
pub(in crate::writer) struct Unsettled(Mutex<HashMap<ChangeId, (ChangeId, Instant)>>);

impl Unsettled {
    /// Remembers a change set.
    pub(super) fn add(&self, change: ChangeId, first: ChangeId) {
        let mut unsettled = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        unsettled.retain(|_, (_, since)| since.elapsed() < REMEMBERED);
        unsettled.insert(change, (first, Instant::now()));
    }

    /// The first change set of its transaction; nothing if it is known what became of it.
    pub(in crate::writer) fn transaction_of(&self, change: ChangeId) -> Option<ChangeId> {
        let unsettled = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        unsettled.get(&change).map(|(first, _)| *first)
    }
}

/// Whether `change` became true in the transaction that began with `first`. The answer is final: the
/// transaction has ended, or is waited for. Runs inside a transaction.
pub(crate) fn has_become_true(
    connection: &Connection,
    first: ChangeId,
    change: ChangeId,
) -> sql::Result<bool> {
    let sql = "SELECT pg_advisory_xact_lock(?1::int4, ?2::int4) IS NULL";
    let lock = params![gates::TRANSACTIONS, gates::number(first)];
    connection.prepare_cached(sql)?.exists(lock)?;
    audit_events::told(connection, change)
}

/// Ends the session that still has the transaction that began with `first`. Its own client has given it
/// up.
pub(super) fn end_session(connection: &Connection, first: ChangeId) -> sql::Result<()> {
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_locks
               WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND pid <> pg_backend_pid()
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                   AND CAST(classid AS BIGINT) = ?1::int8
                   AND CAST(objid AS BIGINT) = ?2::int8";
    let number = gates::number(first).cast_unsigned();
    let lock = params![gates::TRANSACTIONS, i64::from(number)];
    connection.prepare_cached(sql)?.exists(lock).map(|_| ())
}
