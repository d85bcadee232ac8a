//! The table `serials`: what authorities here ever issued.

use ledger::{CaId, Timestamp};
use x509::serial::SerialNumber;

use crate::sql::{self, Connection, params};

/// Records that `issuer` gave this serial number; refused by the key when it did before.
pub(crate) fn insert(
    connection: &Connection,
    issuer: CaId,
    serial: &SerialNumber,
    not_after: Timestamp,
) -> sql::Result<()> {
    let sql = "INSERT INTO serials (issuer, serial, not_after) VALUES (?1, ?2, ?3)";
    let params = params![issuer.to_string(), serial.to_hex(), not_after.as_millis()];
    connection.prepare_cached(sql)?.execute(params).map(|_| ())
}

/// Whether `issuer` gave this serial number.
pub(crate) fn is_there(
    connection: &Connection,
    issuer: CaId,
    serial: &SerialNumber,
) -> sql::Result<bool> {
    let sql = "SELECT 1 FROM serials WHERE issuer = ?1 AND serial = ?2";
    connection.prepare_cached(sql)?.exists(params![issuer.to_string(), serial.to_hex()])
}

/// When the last certificate ends that `issuer` ever issued.
pub(crate) fn last_end(connection: &Connection, issuer: CaId) -> sql::Result<Option<Timestamp>> {
    let sql = "SELECT max(not_after) FROM serials WHERE issuer = ?1";
    let end: Option<i64> =
        connection.prepare_cached(sql)?.query_row([issuer.to_string()], |row| row.get(0))?;
    Ok(end.map(Timestamp::from_millis))
}
