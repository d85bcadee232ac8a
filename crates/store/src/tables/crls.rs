//! The table `crls`: what the CRLs of authorities are to be.

use ledger::{AccountId, CaId, Version, Versioned};
use pki::crl::{Crl, CrlAddress, CrlConfiguration, Location};

use super::columns::Columns;
use super::select;
use super::texts::Text;
use crate::sql::{self, Connection, params};

const COLUMNS: &str = "crls.version, crls.authority, crls.account, crls.enabled, crls.url, \
     crls.bucket, crls.object, crls.valid_days, crls.sharding";

fn from_columns(columns: &mut Columns<'_>) -> sql::Result<Crl> {
    Ok(Crl {
        authority: columns.parse()?,
        account: columns.parse()?,
        configuration: CrlConfiguration {
            enabled: columns.take()?,
            address: address(columns)?,
            valid_days: columns.take()?,
        },
        sharding: columns.choose()?,
    })
}

fn address(columns: &mut Columns<'_>) -> sql::Result<CrlAddress> {
    match (columns.take()?, columns.take()?, columns.take()?) {
        (None::<String>, None::<String>, None::<String>) => Ok(CrlAddress::System),
        (Some(url), None, None) => Ok(CrlAddress::Custom(url)),
        (None, Some(bucket), Some(name)) => Ok(CrlAddress::Bucket(Location { bucket, name })),
        _ => Err(columns.impossible("address of a CRL")),
    }
}

/// The values of the columns `url`, `bucket` and `object`.
fn address_columns(address: &CrlAddress) -> [Option<&str>; 3] {
    match address {
        CrlAddress::Bucket(Location { bucket, name }) => [None, Some(bucket), Some(name)],
        CrlAddress::Custom(url) => [Some(url), None, None],
        CrlAddress::System => [None; 3],
    }
}

pub(crate) fn insert(connection: &Connection, crl: &Crl) -> sql::Result<()> {
    let sql = "INSERT INTO crls
                   (authority, version, account, enabled, url, bucket, object, valid_days, sharding)
               VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let [url, bucket, object] = address_columns(&crl.configuration.address);
    connection.prepare_cached(sql)?.execute(params![
        crl.authority.to_string(),
        crl.account.to_string(),
        crl.configuration.enabled,
        url,
        bucket,
        object,
        crl.configuration.valid_days,
        crl.sharding.text(),
    ])?;
    Ok(())
}

pub(crate) fn replace(connection: &Connection, crl: &Crl, read_at: Version) -> sql::Result<usize> {
    let sql = "UPDATE crls SET version = version + 1, enabled = ?3, url = ?4, bucket = ?5,
                   object = ?6, valid_days = ?7, sharding = ?8
               WHERE authority = ?1 AND version = ?2";
    let [url, bucket, object] = address_columns(&crl.configuration.address);
    connection.prepare_cached(sql)?.execute(params![
        crl.authority.to_string(),
        read_at.0,
        crl.configuration.enabled,
        url,
        bucket,
        object,
        crl.configuration.valid_days,
        crl.sharding.text(),
    ])
}

/// What the CRLs of an authority of this account are to be.
pub(crate) fn of_account(
    connection: &Connection,
    account: AccountId,
    id: CaId,
) -> sql::Result<Option<Versioned<Crl>>> {
    let sql = format!("SELECT {COLUMNS} FROM crls WHERE authority = ?1 AND account = ?2");
    select::one(connection, &sql, params![id.to_string(), account.to_string()], from_columns)
}

/// What the CRLs of an authority are to be.
pub(crate) fn by_authority(
    connection: &Connection,
    id: CaId,
) -> sql::Result<Option<Versioned<Crl>>> {
    let sql = format!("SELECT {COLUMNS} FROM crls WHERE authority = ?1");
    select::one(connection, &sql, params![id.to_string()], from_columns)
}
