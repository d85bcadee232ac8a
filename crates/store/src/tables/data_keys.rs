//! The tables `data_keys` and `canary`.

use rusqlite::{Connection, OptionalExtension, params};

use super::columns::Columns;
use crate::DataKeyRow;

/// All data keys, oldest first.
pub(crate) fn all(connection: &Connection) -> rusqlite::Result<Vec<DataKeyRow>> {
    connection
        .prepare_cached("SELECT id, wrapped, created_at FROM data_keys ORDER BY id")?
        .query_map([], |row| {
            let mut columns = Columns::of(row);
            Ok(DataKeyRow {
                id: columns.take()?,
                wrapped: columns.take()?,
                created_at: columns.time()?,
            })
        })?
        .collect()
}

pub(crate) fn insert(connection: &Connection, key: &DataKeyRow) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT INTO data_keys (id, wrapped, created_at) VALUES (?1, ?2, ?3)")?
        .execute(params![key.id, key.wrapped, key.created_at.as_millis()])?;
    Ok(())
}

/// The canary, when there is one.
pub(crate) fn canary(connection: &Connection) -> rusqlite::Result<Option<Vec<u8>>> {
    connection
        .prepare_cached("SELECT sealed FROM canary WHERE id = 1")?
        .query_row([], |row| row.get(0))
        .optional()
}

pub(crate) fn insert_canary(connection: &Connection, sealed: &[u8]) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT INTO canary (id, sealed) VALUES (1, ?1)")?
        .execute([sealed])?;
    Ok(())
}
