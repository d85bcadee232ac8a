//! Refuses blobs that a retired data key has sealed.
//!
//! Whoever sealed a blob before a new data key was taken into use may commit it after every other
//! blob was sealed again; the data key would then be removed, and the blob lost. The guard makes of
//! such a commit a conflict, so that the blob is made again.

use rusqlite::Connection;

use super::SealedColumn;

/// Installs the guard on the connection that writes, for as long as it is open.
pub(crate) fn install(connection: &Connection) -> rusqlite::Result<()> {
    SealedColumn::ALL.iter().try_for_each(|of| {
        let (table, column) = (of.table(), of.column());
        // An update that leaves the blob as it is may go on: its turn comes.
        let moments = [("insert", "INSERT", "1"), ("update", "UPDATE", "NEW.{c} IS NOT OLD.{c}")];
        moments.iter().try_for_each(|(name, event, changed)| {
            let changed = changed.replace("{c}", column);
            // The number stands after the blob's first octet, big-endian: as hexadecimal digits
            // numbers are ordered as they are.
            connection.execute_batch(&format!(
                "CREATE TEMP TRIGGER {table}_{column}_{name} BEFORE {event} ON main.{table}
                 WHEN {changed} AND length(NEW.{column}) >= 5
                      AND hex(substr(NEW.{column}, 2, 4)) <
                          (SELECT printf('%08X', min(id)) FROM data_keys WHERE retired_at IS NULL)
                 BEGIN SELECT RAISE(ABORT, 'sealed under a retired data key'); END"
            ))
        })
    })
}
