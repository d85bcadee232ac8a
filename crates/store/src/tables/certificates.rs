//! The tables `certificates` and `imported_chains`.

use ledger::{AccountId, CaId};
use pki::authority::{Issued, Issuer};
use rusqlite::{Connection, OptionalExtension, params};
use x509::Certificate;

use super::columns::ImpossibleRow;
use super::serials;

/// Records the certificate of an authority and what was imported with it. One that is recorded
/// already has to be the same, since a certificate never changes.
pub(crate) fn record(
    connection: &Connection,
    account: AccountId,
    authority: CaId,
    issued: &Issued,
) -> rusqlite::Result<()> {
    let id = authority.to_string();
    if let Some(recorded) = der(connection, &id)? {
        return if recorded == issued.certificate {
            Ok(())
        } else {
            let error = ImpossibleRow("an authority with two certificates");
            Err(rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
        };
    }
    let issuer_key = issuer_key(connection, account, issued)?;
    let sql = "INSERT INTO certificates (authority, issuer_key, serial, der)
               VALUES (?1, ?2, ?3, ?4)";
    let params = params![id, issuer_key, issued.serial.to_hex(), issued.certificate];
    connection.prepare_cached(sql)?.execute(params)?;
    if let Issuer::Authority(issuer) = issued.issuer {
        serials::insert(connection, issuer, &issued.serial, issued.not_after)?;
    }
    let sql = "INSERT INTO imported_chains (authority, position, der) VALUES (?1, ?2, ?3)";
    let mut statement = connection.prepare_cached(sql)?;
    for (position, der) in (0_i64..).zip(&issued.imported_chain) {
        statement.execute(params![id, position, der])?;
    }
    Ok(())
}

/// Whether a certificate with this signer and serial number is recorded. An issuer that was removed
/// since it was read has no numbers any more; what is decided because of it meets a conflict.
pub(crate) fn is_serial_taken(
    connection: &Connection,
    account: AccountId,
    issued: &Issued,
) -> rusqlite::Result<bool> {
    let Some(issuer_key) = issuer_key(connection, account, issued).optional()? else {
        return Ok(false);
    };
    let sql = "SELECT 1 FROM certificates WHERE issuer_key = ?1 AND serial = ?2";
    connection.prepare_cached(sql)?.exists(params![issuer_key, issued.serial.to_hex()])
}

/// The certificate of an authority, DER.
pub(crate) fn der(connection: &Connection, authority: &str) -> rusqlite::Result<Option<Vec<u8>>> {
    connection
        .prepare_cached("SELECT der FROM certificates WHERE authority = ?1")?
        .query_row([authority], |row| row.get(0))
        .optional()
}

/// The certificates that were imported above that of an authority, nearest first.
pub(crate) fn chain(connection: &Connection, authority: &str) -> rusqlite::Result<Vec<Vec<u8>>> {
    connection
        .prepare_cached("SELECT der FROM imported_chains WHERE authority = ?1 ORDER BY position")?
        .query_map([authority], |row| row.get(0))?
        .collect()
}

/// Forgets the chain of an authority that goes away.
pub(crate) fn remove_chain(connection: &Connection, authority: &str) -> rusqlite::Result<()> {
    let sql = "DELETE FROM imported_chains WHERE authority = ?1";
    connection.prepare_cached(sql)?.execute([authority]).map(|_| ())
}

/// Within what serial numbers have to be unique: the key that signed. Of a key elsewhere we know
/// only what the certificate claims, so one account's claim must not take a number from another:
/// there the account stands before the authority key identifier, or before the issuer's name
/// where the certificate has none.
fn issuer_key(
    connection: &Connection,
    account: AccountId,
    issued: &Issued,
) -> rusqlite::Result<Vec<u8>> {
    match issued.issuer {
        Issuer::Itself => Ok(issued.key_identifier.clone()),
        Issuer::Authority(issuer) => connection
            .prepare_cached("SELECT key_identifier FROM authorities WHERE id = ?1")?
            .query_row([issuer.to_string()], |row| row.get(0)),
        Issuer::Outside => {
            let certificate = Certificate::from_der(&issued.certificate)
                .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
            let mut key = account.as_bytes().to_vec();
            match certificate.authority_key_identifier() {
                Some(identifier) => key.extend_from_slice(identifier),
                None => key.extend_from_slice(certificate.issuer().der()),
            }
            Ok(key)
        }
    }
}
