//! The tables `certificates` and `imported_chains`.

use std::collections::HashSet;

use ledger::{AccountId, CaId};
use pki::authority::{Issued, Issuer};
use x509::{Certificate, PublicKey};

use super::columns::ImpossibleRow;
use super::serials;
use crate::sql::{self, Connection, OptionalExtension, params};

/// Records the certificate of an authority and what was imported with it. One that is recorded
/// already has to be the same, since a certificate never changes.
pub(crate) fn record(
    connection: &Connection,
    account: AccountId,
    authority: CaId,
    issued: &Issued,
) -> sql::Result<()> {
    let id = authority.to_string();
    if let Some(recorded) = der(connection, &id)? {
        return if recorded == issued.certificate {
            Ok(())
        } else {
            let error = ImpossibleRow("an authority with two certificates");
            Err(sql::Error::Unwritable(Box::new(error)))
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
    let sql = "INSERT INTO imported_chains (authority, position, der, public_key)
               VALUES (?1, ?2, ?3, ?4)";
    let mut statement = connection.prepare_cached(sql)?;
    for (position, der) in (0_i64..).zip(&issued.imported_chain) {
        statement.execute(params![id, position, der, public_key(der)])?;
    }
    Ok(())
}

/// The key of a certificate in an imported chain; empty if it is of a kind that no request has.
fn public_key(der: &[u8]) -> Vec<u8> {
    let read = Certificate::from_der(der).ok();
    let key = read.as_ref().and_then(|certificate| certificate.public_key().ok());
    key.map_or_else(Vec::new, |key| key.spki_der().to_vec())
}

/// Whether an authority elsewhere has this key: one that was certified here by its request, or one
/// above an imported certificate. What chains of before migration 15 say of their keys is in their
/// certificates alone.
pub(crate) fn is_key_elsewhere(connection: &Connection, key: &PublicKey) -> sql::Result<bool> {
    let sql = "SELECT 1 FROM authorities WHERE key_identifier = ?1 AND home = 'outside'
               UNION ALL
               SELECT 1 FROM imported_chains WHERE public_key = ?2
               UNION ALL
               SELECT 1 FROM imported_chains WHERE public_key IS NULL AND instr(der, ?2) > 0";
    let params = params![key.key_identifier().to_vec(), key.spki_der()];
    connection.prepare_cached(sql)?.exists(params)
}

/// What [`is_key_elsewhere`] and [`keys::is_of_an_authority`](super::keys::is_of_an_authority) look
/// for, keys as SubjectPublicKeyInfo and key identifiers alike; `None` when there are more than
/// `most`, or some are in certificates alone.
pub(crate) fn authority_keys(
    connection: &Connection,
    most: usize,
) -> sql::Result<Option<HashSet<Vec<u8>>>> {
    let sql = "SELECT 1 FROM imported_chains WHERE public_key IS NULL";
    if connection.prepare_cached(sql)?.exists([])? {
        return Ok(None);
    }
    let sql = format!(
        "SELECT public_key FROM keys WHERE purpose = 'authority'
         UNION ALL
         SELECT public_key FROM imported_chains
         UNION ALL
         SELECT key_identifier FROM authorities
         WHERE home = 'outside' AND key_identifier IS NOT NULL
         LIMIT {}",
        most.saturating_add(1)
    );
    let found: Vec<Vec<u8>> = connection
        .prepare_cached(&sql)?
        .query_map([], |row| row.get(0))?
        .collect::<sql::Result<_>>()?;
    Ok((found.len() <= most).then(|| found.into_iter().collect()))
}

/// Whether a certificate with this signer and serial number is recorded. An issuer that was removed
/// since it was read has no numbers any more; what is decided because of it meets a conflict.
pub(crate) fn is_serial_taken(
    connection: &Connection,
    account: AccountId,
    issued: &Issued,
) -> sql::Result<bool> {
    let Some(issuer_key) = issuer_key(connection, account, issued).optional()? else {
        return Ok(false);
    };
    let sql = "SELECT 1 FROM certificates WHERE issuer_key = ?1 AND serial = ?2";
    connection.prepare_cached(sql)?.exists(params![issuer_key, issued.serial.to_hex()])
}

/// The certificate of an authority, DER.
pub(crate) fn der(connection: &Connection, authority: &str) -> sql::Result<Option<Vec<u8>>> {
    connection
        .prepare_cached("SELECT der FROM certificates WHERE authority = ?1")?
        .query_row([authority], |row| row.get(0))
        .optional()
}

/// The certificates that were imported above that of an authority, nearest first.
pub(crate) fn chain(connection: &Connection, authority: &str) -> sql::Result<Vec<Vec<u8>>> {
    connection
        .prepare_cached("SELECT der FROM imported_chains WHERE authority = ?1 ORDER BY position")?
        .query_map([authority], |row| row.get(0))?
        .collect()
}

/// Forgets the chain of an authority that goes away.
pub(crate) fn remove_chain(connection: &Connection, authority: &str) -> sql::Result<()> {
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
) -> sql::Result<Vec<u8>> {
    match issued.issuer {
        Issuer::Itself => Ok(issued.key_identifier.clone()),
        Issuer::Authority(issuer) => connection
            .prepare_cached("SELECT key_identifier FROM authorities WHERE id = ?1")?
            .query_row([issuer.to_string()], |row| row.get(0)),
        Issuer::Outside => {
            let certificate = Certificate::from_der(&issued.certificate)
                .map_err(|error| sql::Error::Unwritable(Box::new(error)))?;
            let mut key = account.as_bytes().to_vec();
            match certificate.authority_key_identifier() {
                Some(identifier) => key.extend_from_slice(identifier),
                None => key.extend_from_slice(certificate.issuer().der()),
            }
            Ok(key)
        }
    }
}
