//! Writes change sets to a server, in an order in which insertions of the same kind come together.
//!
//! Versions are not asked for again: the rows are locked. What can still find no row to write is not
//! recorded, but looked at.

use ledger::Parts;

use crate::Record;
use crate::sql::Connection;
use crate::sql::postgres::Session;
use crate::tables::{audit_events, epochs};
use crate::writer::{Fate, write};

/// Writes all of them; most of it when the session sends what it has recorded.
pub(super) fn write(
    connection: &Connection,
    session: &Session,
    changes: &[&Parts<Record>],
) -> Result<(), Fate> {
    let (plain, others): (Vec<&Parts<Record>>, Vec<&Parts<Record>>) =
        changes.iter().copied().partition(|changes| only_inserts(changes));
    insert_all(connection, plain.iter().flat_map(|changes| &changes.inserts))?;
    for changes in others {
        let is_looked_at = writes_head(changes);
        if is_looked_at {
            session.send_recorded(Vec::new())?;
        }
        write::removals(connection, &changes.removals)?;
        write::replacements(connection, &changes.replacements)?;
        insert_all(connection, &changes.inserts)?;
        if is_looked_at {
            session.record();
        }
    }
    // Revocations of an issuer wait for each other, so they come late and in one order.
    let all = changes.iter().flat_map(|changes| &changes.inserts);
    let mut revocations: Vec<_> = all.filter(|record| is_revocation(record)).collect();
    revocations.sort_by_cached_key(|record| record.row());
    revocations.into_iter().try_for_each(|record| write::insert(connection, record))?;
    for changes in changes {
        audit_events::insert(connection, changes.id, &changes.events)?;
    }
    // Whoever ends the epoch waits for others who do.
    if let Some(last) = changes.iter().rfind(|changes| epochs::ended_by(changes)) {
        epochs::raise(connection, last.id)?;
    }
    Ok(())
}

/// Inserts records, owners before what they own; revocations are left out.
fn insert_all<'a>(
    connection: &Connection,
    records: impl IntoIterator<Item = &'a Record>,
) -> Result<(), Fate> {
    let mut sorted: Vec<&Record> =
        records.into_iter().filter(|record| !is_revocation(record)).collect();
    sorted.sort_by_cached_key(|record| write::rank(record));
    sorted.into_iter().try_for_each(|record| write::insert(connection, record))
}

fn only_inserts(changes: &Parts<Record>) -> bool {
    changes.replacements.is_empty() && changes.removals.is_empty() && !writes_head(changes)
}

/// Whether a CRL is put in its place, which fails where parts of it have been forgotten.
fn writes_head(changes: &Parts<Record>) -> bool {
    let replaced = changes.replacements.iter().map(|replacement| &replacement.record);
    changes
        .inserts
        .iter()
        .chain(replaced)
        .any(|record| matches!(record, Record::Pki(pki::Record::CrlHead(_))))
}

fn is_revocation(record: &Record) -> bool {
    matches!(record, Record::Pki(pki::Record::Revocation(_)))
}
