//! The table `epochs`, and which changes raise its number.

use ledger::{ChangeId, Parts, Table};
use pki::KeyPurpose;
use sql::{Connection, params};

use crate::{Record, sql};

/// What it was raised to last.
pub(crate) fn raised(connection: &Connection) -> sql::Result<i64> {
    let sql = "SELECT raised FROM epochs WHERE id = 1";
    connection.prepare_cached(sql)?.query_row([], |row| row.get(0))
}

/// Ends the epoch with the commit of this transaction, which makes `change` true. The number is one
/// that never stood there before: a server that has lost its last commits must not come to the same
/// one again by others.
pub(crate) fn raise(connection: &Connection, change: ChangeId) -> sql::Result<()> {
    let sql = "UPDATE epochs SET raised = ?1 WHERE id = 1";
    connection.prepare_cached(sql)?.execute(params![number(change)]).map(|_| ())
}

/// The random half of an identifier (RFC 9562 §5.7), without the sign.
fn number(change: ChangeId) -> i64 {
    let [.., a, b, c, d, e, f, g, h] = *change.as_bytes();
    i64::from_be_bytes([a & 0x7f, b, c, d, e, f, g, h])
}

/// Whether a change set ends the epoch: it changes what somebody may have kept, or adds to what was
/// kept as a whole.
pub(crate) fn ended_by(changes: &Parts<Record>) -> bool {
    changes.removals.iter().any(|removal| is_kept(removal.row.table))
        || changes.replacements.iter().any(|replacement| replaces_kept(&replacement.record))
        || changes.inserts.iter().any(adds_to_kept)
}

fn replaces_kept(record: &Record) -> bool {
    !record.keeps_version() && record.row().is_some_and(|row| is_kept(row.table))
}

fn is_kept(table: Table) -> bool {
    match table {
        Table::AccessKeys
        | Table::Accounts
        | Table::Attachments
        | Table::Authorities
        | Table::Crls
        | Table::Groups
        | Table::Memberships
        | Table::Policies
        | Table::Projects
        | Table::Tokens
        | Table::Users => true,
        // They are read anew each time, or never change while their owner does not.
        Table::Agencies
        | Table::Certificates
        | Table::Companies
        | Table::CrlHeads
        | Table::CrlPlaces
        | Table::Csrs
        | Table::Keys
        | Table::Leases
        | Table::Responders
        | Table::Revocations
        | Table::TemporaryKeys
        | Table::WorkspaceTransactions => false,
    }
}

/// What was not there before is not kept, but for lists: the policies of a user, the authorities
/// whose keys no certification request may carry, whether an authority has CRLs.
fn adds_to_kept(record: &Record) -> bool {
    match record {
        Record::Iam(iam::Record::Attachment(_) | iam::Record::Membership(_))
        | Record::Pki(pki::Record::Authority(_) | pki::Record::Crl(_)) => true,
        Record::Pki(pki::Record::Key(key)) => key.binding.purpose == KeyPurpose::Authority,
        _ => false,
    }
}
