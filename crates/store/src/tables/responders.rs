//! The table `responders`, and what OCSP asks of others.

use ledger::{CaId, Timestamp, Version, Versioned};
use pki::RevocationReason;
use pki::ocsp::{OcspRows, Responder, Standing};
use x509::serial::SerialNumber;

use super::columns::Columns;
use super::{select, serials};
use crate::sql::{self, Connection, OptionalExtension, params};

const COLUMNS: &str =
    "version, authority, account, key_id, serial, not_after, renew_at, certificate";

fn from_columns(columns: &mut Columns<'_>) -> sql::Result<Responder> {
    Ok(Responder {
        authority: columns.parse()?,
        account: columns.parse()?,
        key: columns.parse()?,
        serial: columns.convert(|hex: String| SerialNumber::from_hex(&hex))?,
        not_after: columns.time()?,
        renew_at: columns.time()?,
        certificate: columns.take()?,
    })
}

pub(crate) fn insert(connection: &Connection, responder: &Responder) -> sql::Result<()> {
    let sql = "INSERT INTO responders
                   (authority, version, account, key_id, serial, not_after, renew_at, certificate)
               VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7)";
    connection.prepare_cached(sql)?.execute(params![
        responder.authority.to_string(),
        responder.account.to_string(),
        responder.key.to_string(),
        responder.serial.to_hex(),
        responder.not_after.as_millis(),
        responder.renew_at.as_millis(),
        responder.certificate,
    ])?;
    serials::insert(connection, responder.authority, &responder.serial, responder.not_after)
}

pub(crate) fn replace(
    connection: &Connection,
    responder: &Responder,
    read_at: Version,
) -> sql::Result<usize> {
    let sql = "UPDATE responders SET version = version + 1, key_id = ?3, serial = ?4,
                   not_after = ?5, renew_at = ?6, certificate = ?7
               WHERE authority = ?1 AND version = ?2";
    let replaced = connection.prepare_cached(sql)?.execute(params![
        responder.authority.to_string(),
        read_at.0,
        responder.key.to_string(),
        responder.serial.to_hex(),
        responder.not_after.as_millis(),
        responder.renew_at.as_millis(),
        responder.certificate,
    ])?;
    if replaced == 1 {
        serials::insert(connection, responder.authority, &responder.serial, responder.not_after)?;
    }
    Ok(replaced)
}

pub(crate) fn of_authority(
    connection: &Connection,
    id: CaId,
) -> sql::Result<Option<Versioned<Responder>>> {
    let sql = format!("SELECT {COLUMNS} FROM responders WHERE authority = ?1");
    select::one(connection, &sql, [id.to_string()], from_columns)
}

pub(crate) fn due(
    connection: &Connection,
    now: Timestamp,
    limit: u32,
) -> sql::Result<Vec<Versioned<Responder>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM responders WHERE renew_at <= ?1 ORDER BY renew_at, authority LIMIT ?2"
    );
    select::all(connection, &sql, params![now.as_millis(), limit], from_columns)
}

pub(crate) fn rows(connection: &Connection, id: CaId) -> sql::Result<Option<OcspRows>> {
    let sql = "SELECT authorities.account, authorities.version, responders.version
               FROM authorities LEFT JOIN responders ON responders.authority = authorities.id
               WHERE authorities.id = ?1";
    let read = |row: &sql::Row<'_>| {
        let columns = &mut Columns::of(row);
        Ok(OcspRows {
            account: columns.parse()?,
            authority: Version(columns.take()?),
            responder: columns.take::<Option<i64>>()?.map(Version),
        })
    };
    connection.prepare_cached(sql)?.query_row([id.to_string()], read).optional()
}

pub(crate) fn standing(
    connection: &Connection,
    issuer: CaId,
    serial: &SerialNumber,
) -> sql::Result<Standing> {
    // One statement, so that both tables are read at one moment.
    let sql = "SELECT revocations.revoked_at, revocations.reason
               FROM serials LEFT JOIN revocations
                   ON revocations.issuer = serials.issuer AND revocations.serial = serials.serial
               WHERE serials.issuer = ?1 AND serials.serial = ?2";
    let read = |row: &sql::Row<'_>| {
        let columns = &mut Columns::of(row);
        let at: Option<i64> = columns.take()?;
        let reason: Option<u8> = columns.take()?;
        match (at, reason.map(RevocationReason::from_code)) {
            (None, None) => Ok(Standing::Issued),
            (Some(at), Some(Some(reason))) => {
                Ok(Standing::Revoked { at: Timestamp::from_millis(at), reason })
            }
            _ => Err(columns.impossible("revocation")),
        }
    };
    let found = connection
        .prepare_cached(sql)?
        .query_row(params![issuer.to_string(), serial.to_hex()], read)
        .optional()?;
    Ok(found.unwrap_or(Standing::NeverIssued))
}
