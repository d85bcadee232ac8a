//! Gates: locks that are known by number, held until the end of the transaction.
//!
//! Rows that many commits expect are never without a lock that they share, so whoever wants to replace
//! one could wait for ever: PostgreSQL lets those who share a row's lock overtake. At a gate nobody
//! overtakes. It comes before the lock of the row, which alone is what keeps the row as it is.

use std::collections::BTreeMap;

use ledger::{ChangeId, RowId, Table};
use tokio_postgres::types::Type;

use crate::sql::postgres::{Column, Session, Step};
use crate::sql::{self, Value};

/// The first of the two numbers of a gate before rows. Any that is ours alone.
const ROWS: i32 = 0x4e_0a_71;
/// That of the lock that tells whether a transaction has ended.
pub(super) const TRANSACTIONS: i32 = 0x4e_0a_72;
/// How many gates there are: each is a place in the server's table of locks. Rows that share one wait
/// for each other without need.
const GATES: u32 = 1024;

/// How a row is locked.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Lock {
    /// It stays as it is.
    Expected,
    /// It is replaced.
    Replaced,
    /// It is removed.
    Removed,
}

/// The statement that takes the gates of rows, in an order that is the same for everybody, and the lock
/// of the transaction.
pub(super) fn taken<'a>(
    session: &Session,
    transaction: ChangeId,
    rows: impl Iterator<Item = (&'a RowId, Lock)>,
) -> sql::Result<Step> {
    let mut gates = BTreeMap::new();
    for (row, lock) in rows.filter(|(row, _)| has_gate(row.table)) {
        let alone = gates.entry(gate(row)).or_insert(false);
        *alone |= lock != Lock::Expected;
    }
    let sql = "SELECT count(CASE WHEN gates.alone
                   THEN pg_advisory_xact_lock(gates.kind, gates.number) IS NULL
                   ELSE pg_advisory_xact_lock_shared(gates.kind, gates.number) IS NULL END)
               FROM unnest($1::int4[], $2::int4[], $3::bool[]) AS gates (kind, number, alone)";
    // It is nobody else's, so there is nothing to wait for.
    let own = (TRANSACTIONS, number(transaction), true);
    let all = || gates.iter().map(|(gate, alone)| (ROWS, *gate, *alone)).chain([own]);
    let integer = |number: i32| Value::Integer(number.into());
    Ok(Step::Query(
        session.prepare(sql)?.statement().clone(),
        vec![
            Column::of(Type::INT4, all().map(|(kind, ..)| integer(kind)))?,
            Column::of(Type::INT4, all().map(|(_, number, _)| integer(number)))?,
            Column::of(Type::BOOL, all().map(|(.., alone)| Value::Integer(alone.into())))?,
        ],
    ))
}

/// The number of a transaction's lock, by the first of its change sets.
pub(super) fn number(transaction: ChangeId) -> i32 {
    let [.., a, b, c, d] = *transaction.as_bytes();
    i32::from_be_bytes([a, b, c, d])
}

/// Whether many commits expect rows of this kind. Others come in great numbers, each for itself.
fn has_gate(table: Table) -> bool {
    match table {
        Table::AccessKeys
        | Table::Accounts
        | Table::Agencies
        | Table::Attachments
        | Table::Authorities
        | Table::Companies
        | Table::CrlHeads
        | Table::CrlPlaces
        | Table::Crls
        | Table::Groups
        | Table::Leases
        | Table::Memberships
        | Table::Policies
        | Table::Projects
        | Table::Responders
        | Table::TemporaryKeys
        | Table::Tokens
        | Table::Users => true,
        Table::Certificates
        | Table::Csrs
        | Table::Keys
        | Table::Revocations
        | Table::WorkspaceTransactions => false,
    }
}

/// FNV-1a over the key: the same on every node, whatever it was built with.
fn gate(row: &RowId) -> i32 {
    let step = |hash: u32, octet: &u8| (hash ^ u32::from(*octet)).wrapping_mul(0x0100_0193);
    let hash = row.key.as_bytes().iter().fold(0x811c_9dc5, step);
    i32::try_from(hash % GATES).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_are_the_same_on_every_node() {
        // Of the published function: e40c292c, e70c2de5 and 811c9dc5.
        let row = |key: &str| RowId::new(Table::Users, key);

        assert_eq!((gate(&row("a")), gate(&row("b")), gate(&row(""))), (300, 485, 453));
    }
}
