//! Runs a query for versioned rows.

use ledger::Versioned;
use rusqlite::{Connection, OptionalExtension, Params};

use super::columns::Columns;

/// The one row that `sql` finds, its version first.
pub(crate) fn one<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&mut Columns<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Option<Versioned<T>>> {
    connection
        .prepare_cached(sql)?
        .query_row(params, |row| Columns::of(row).versioned(read))
        .optional()
}

/// All rows that `sql` finds, each with its version first.
pub(crate) fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl Fn(&mut Columns<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<Versioned<T>>> {
    connection
        .prepare_cached(sql)?
        .query_map(params, |row| Columns::of(row).versioned(&read))?
        .collect()
}
