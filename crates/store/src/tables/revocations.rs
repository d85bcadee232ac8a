//! The table `revocations`.

use ledger::CaId;
use pki::{Revocation, RevocationReason};
use rusqlite::{Connection, Row, params};
use x509::serial::SerialNumber;

use super::columns::Columns;

pub(crate) fn insert(connection: &Connection, revocation: &Revocation) -> rusqlite::Result<()> {
    let sql = "INSERT INTO revocations
                   (issuer, serial, version, account, revoked_at, reason, not_after)
               VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6)";
    connection.prepare_cached(sql)?.execute(params![
        revocation.issuer.to_string(),
        revocation.serial.to_hex(),
        revocation.account.to_string(),
        revocation.revoked_at.as_millis(),
        revocation.reason.code(),
        revocation.not_after.as_millis(),
    ])?;
    Ok(())
}

/// Whether an issuer revoked a serial number.
pub(crate) fn is_there(
    connection: &Connection,
    issuer: CaId,
    serial: &SerialNumber,
) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM revocations WHERE issuer = ?1 AND serial = ?2";
    connection.prepare_cached(sql)?.exists(params![issuer.to_string(), serial.to_hex()])
}

/// What an issuer revoked after a serial number, in the order of the key.
pub(crate) fn after(
    connection: &Connection,
    issuer: CaId,
    serial: Option<&SerialNumber>,
    limit: u32,
) -> rusqlite::Result<Vec<Revocation>> {
    let sql = "SELECT account, issuer, serial, revoked_at, reason, not_after FROM revocations
               WHERE issuer = ?1 AND serial > ?2 ORDER BY serial LIMIT ?3";
    let after = serial.map_or_else(String::new, SerialNumber::to_hex);
    connection
        .prepare_cached(sql)?
        .query_map(params![issuer.to_string(), after, limit], from_row)?
        .collect()
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Revocation> {
    let columns = &mut Columns::of(row);
    Ok(Revocation {
        account: columns.parse()?,
        issuer: columns.parse()?,
        serial: columns.convert(|hex: String| SerialNumber::from_hex(&hex))?,
        revoked_at: columns.time()?,
        reason: reason(columns)?,
        not_after: columns.time()?,
    })
}

fn reason(columns: &mut Columns<'_>) -> rusqlite::Result<RevocationReason> {
    let code: u8 = columns.take()?;
    RevocationReason::from_code(code).ok_or_else(|| columns.impossible("reason of a revocation"))
}
