//! The tables `data_keys` and `canary`.

use ledger::Timestamp;

use super::columns::Columns;
use crate::DataKeyRow;
use crate::sql::{self, Connection, OptionalExtension, params};

/// All data keys, oldest first.
pub(crate) fn all(connection: &Connection) -> sql::Result<Vec<DataKeyRow>> {
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

pub(crate) fn insert(connection: &Connection, key: &DataKeyRow) -> sql::Result<()> {
    connection
        .prepare_cached("INSERT INTO data_keys (id, wrapped, created_at) VALUES (?1, ?2, ?3)")?
        .execute(params![key.id, key.wrapped, key.created_at.as_millis()])?;
    Ok(())
}

/// Keeps everybody else from changing the data keys until the end of the transaction, and waits for who is
/// at it. Only a server needs it.
pub(crate) fn lock(connection: &Connection) -> sql::Result<()> {
    connection.execute_batch("LOCK TABLE data_keys IN EXCLUSIVE MODE")
}

/// Wraps a data key anew; how many had this number.
pub(crate) fn rewrap(connection: &Connection, id: u32, wrapped: &[u8]) -> sql::Result<usize> {
    let sql = "UPDATE data_keys SET wrapped = ?2 WHERE id = ?1";
    connection.prepare_cached(sql)?.execute(params![id, wrapped])
}

/// Notes that the data keys before `newest` seal nothing any more.
pub(crate) fn retire(connection: &Connection, newest: u32, at: Timestamp) -> sql::Result<()> {
    let sql = "UPDATE data_keys SET retired_at = ?2 WHERE id < ?1 AND retired_at IS NULL";
    connection.prepare_cached(sql)?.execute(params![newest, at.as_millis()]).map(|_| ())
}

/// Removes the data keys that seal nothing any more; how many.
pub(crate) fn remove_retired(connection: &Connection) -> sql::Result<usize> {
    let sql = "DELETE FROM data_keys WHERE retired_at IS NOT NULL";
    connection.prepare_cached(sql)?.execute([])
}

/// The canary, when there is one.
pub(crate) fn canary(connection: &Connection) -> sql::Result<Option<Vec<u8>>> {
    connection
        .prepare_cached("SELECT sealed FROM canary WHERE id = 1")?
        .query_row([], |row| row.get(0))
        .optional()
}

pub(crate) fn insert_canary(connection: &Connection, sealed: &[u8]) -> sql::Result<()> {
    connection
        .prepare_cached("INSERT INTO canary (id, sealed) VALUES (1, ?1)")?
        .execute([sealed])?;
    Ok(())
}

pub(crate) fn replace_canary(connection: &Connection, sealed: &[u8]) -> sql::Result<usize> {
    connection.prepare_cached("UPDATE canary SET sealed = ?1 WHERE id = 1")?.execute([sealed])
}
