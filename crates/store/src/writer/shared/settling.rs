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
    pub(in crate::writer) fn add(&self, change: ChangeId, first: ChangeId) {
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

/// Whether `change` became true in the transaction that began with `first`. Runs inside a transaction,
/// and the answer counts once that one is committed: a commit whose session was ended while it waited for
/// a standby is seen by everybody, and no standby may have it. What is committed after it waits for both.
pub(crate) fn has_become_true(
    connection: &Connection,
    first: ChangeId,
    change: ChangeId,
) -> sql::Result<bool> {
    begin_known(connection, first)?;
    let became = audit_events::told(connection, change)?;
    if became {
        write_mark(connection)?;
    }
    Ok(became)
}

/// Takes the lock by which a transaction is known, and waits for whoever has it.
pub(crate) fn begin_known(connection: &Connection, first: ChangeId) -> sql::Result<()> {
    let sql = "SELECT pg_advisory_xact_lock(?1::int4, ?2::int4) IS NULL";
    let lock = params![gates::TRANSACTIONS, gates::number(first)];
    connection.prepare_cached(sql)?.exists(lock).map(|_| ())
}

/// Writes something into the server's log that changes nothing: the commit waits for those who copy it,
/// and so for all that was committed before. Everybody may.
pub(crate) fn write_mark(connection: &Connection) -> sql::Result<()> {
    let sql = "SELECT pg_logical_emit_message(true, 'cinnabar', '') IS NULL";
    connection.prepare_cached(sql)?.exists([]).map(|_| ())
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
