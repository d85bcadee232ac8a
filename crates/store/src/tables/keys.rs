//! The table `keys`.

use ledger::{KeyId, Version, Versioned};
use pki::{KeyBinding, KeyRecord};
use x509::key::PublicKey;

use super::columns::Columns;
use super::select;
use super::texts::Text;
use crate::sql::{self, Connection, params};

pub(crate) const COLUMNS: &str = "keys.version, keys.id, keys.account, keys.purpose, keys.algorithm, \
     keys.public_key, keys.sealed";

pub(crate) fn from_columns(columns: &mut Columns<'_>) -> sql::Result<KeyRecord> {
    Ok(KeyRecord {
        binding: KeyBinding {
            id: columns.parse()?,
            account: columns.parse()?,
            purpose: columns.choose()?,
        },
        algorithm: columns.parse()?,
        public_key: columns.convert(|spki: Vec<u8>| PublicKey::from_spki_der(&spki))?,
        sealed: columns.take()?,
    })
}

pub(crate) fn insert(connection: &Connection, key: &KeyRecord) -> sql::Result<()> {
    let sql = "INSERT INTO keys (id, version, account, purpose, algorithm, public_key, sealed)
               VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6)";
    connection.prepare_cached(sql)?.execute(params![
        key.binding.id.to_string(),
        key.binding.account.to_string(),
        key.binding.purpose.text(),
        key.algorithm.as_str(),
        key.public_key.spki_der(),
        key.sealed,
    ])?;
    Ok(())
}

/// Seals a key anew; nothing else of it ever changes.
pub(crate) fn replace(
    connection: &Connection,
    key: &KeyRecord,
    read_at: Version,
) -> sql::Result<usize> {
    let sql = "UPDATE keys SET version = version + 1, sealed = ?3 WHERE id = ?1 AND version = ?2";
    let params = params![key.binding.id.to_string(), read_at.0, key.sealed];
    connection.prepare_cached(sql)?.execute(params)
}

pub(crate) fn by_id(
    connection: &Connection,
    id: KeyId,
) -> sql::Result<Option<Versioned<KeyRecord>>> {
    let sql = format!("SELECT {COLUMNS} FROM keys WHERE id = ?1");
    select::one(connection, &sql, [id.to_string()], from_columns)
}

/// The purpose stands in the statement, not in a parameter, so that the partial index serves it.
pub(crate) fn is_of_an_authority(connection: &Connection, key: &PublicKey) -> sql::Result<bool> {
    let sql = "SELECT 1 FROM keys WHERE public_key = ?1 AND purpose = 'authority'";
    connection.prepare_cached(sql)?.exists([key.spki_der()])
}
