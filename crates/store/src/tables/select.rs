//! Runs a query for versioned rows.

use ledger::Versioned;

use super::columns::Columns;
use crate::sql::{self, Connection, OptionalExtension, Params};

/// The one row that `sql` finds, its version first.
pub(crate) fn one<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&mut Columns<'_>) -> sql::Result<T>,
) -> sql::Result<Option<Versioned<T>>> {
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
    read: impl Fn(&mut Columns<'_>) -> sql::Result<T>,
) -> sql::Result<Vec<Versioned<T>>> {
    connection
        .prepare_cached(sql)?
        .query_map(params, |row| Columns::of(row).versioned(&read))?
        .collect()
}
