//! The table `crls`.

use ledger::{AccountId, CaId, Timestamp, Version, Versioned};
use pki::crl::{Crl, CrlAddress, CrlConfiguration, SignedCrl};
use rusqlite::{Connection, params};

use super::columns::Columns;
use super::select;

const COLUMNS: &str = "crls.version, crls.authority, crls.account, crls.enabled, crls.url, \
     crls.valid_days, crls.number, crls.this_update, crls.next_update, crls.der";

fn from_columns(columns: &mut Columns<'_>) -> rusqlite::Result<Crl> {
    Ok(Crl {
        authority: columns.parse()?,
        account: columns.parse()?,
        configuration: CrlConfiguration {
            enabled: columns.take()?,
            address: columns
                .take::<Option<String>>()?
                .map_or(CrlAddress::System, CrlAddress::Custom),
            valid_days: columns.take()?,
        },
        latest: latest(columns)?,
    })
}

/// Reads the columns `number` to the end: all of them are there, or none.
fn latest(columns: &mut Columns<'_>) -> rusqlite::Result<Option<SignedCrl>> {
    let number: Option<i64> = columns.take()?;
    let this_update: Option<i64> = columns.take()?;
    let next_update: Option<i64> = columns.take()?;
    match (number, this_update, next_update, columns.take()?) {
        (None, None, None, None) => Ok(None),
        (Some(number), Some(this_update), Some(next_update), Some(der)) => Ok(Some(SignedCrl {
            number,
            this_update: Timestamp::from_millis(this_update),
            next_update: Timestamp::from_millis(next_update),
            der,
        })),
        _ => Err(columns.impossible("CRL of an authority")),
    }
}

/// The value of the column `url`.
fn url(configuration: &CrlConfiguration) -> Option<&str> {
    match &configuration.address {
        CrlAddress::Custom(url) => Some(url),
        CrlAddress::System => None,
    }
}

pub(crate) fn insert(connection: &Connection, crl: &Crl) -> rusqlite::Result<()> {
    let sql = "INSERT INTO crls
                   (authority, version, account, enabled, url, valid_days, number, this_update,
                    next_update, der)
               VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let latest = crl.latest.as_ref();
    connection.prepare_cached(sql)?.execute(params![
        crl.authority.to_string(),
        crl.account.to_string(),
        crl.configuration.enabled,
        url(&crl.configuration),
        crl.configuration.valid_days,
        latest.map(|latest| latest.number),
        latest.map(|latest| latest.this_update.as_millis()),
        latest.map(|latest| latest.next_update.as_millis()),
        latest.map(|latest| &latest.der),
    ])?;
    Ok(())
}

pub(crate) fn replace(
    connection: &Connection,
    crl: &Crl,
    read_at: Version,
) -> rusqlite::Result<usize> {
    let sql = "UPDATE crls SET version = version + 1, enabled = ?3, url = ?4, valid_days = ?5,
                   number = ?6, this_update = ?7, next_update = ?8, der = ?9
               WHERE authority = ?1 AND version = ?2";
    let latest = crl.latest.as_ref();
    connection.prepare_cached(sql)?.execute(params![
        crl.authority.to_string(),
        read_at.0,
        crl.configuration.enabled,
        url(&crl.configuration),
        crl.configuration.valid_days,
        latest.map(|latest| latest.number),
        latest.map(|latest| latest.this_update.as_millis()),
        latest.map(|latest| latest.next_update.as_millis()),
        latest.map(|latest| &latest.der),
    ])
}

/// Removes the CRL of an authority that goes away.
pub(crate) fn remove_of(connection: &Connection, authority: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM crls WHERE authority = ?1")?
        .execute([authority])
        .map(|_| ())
}

pub(crate) fn by_authority(
    connection: &Connection,
    account: AccountId,
    id: CaId,
) -> rusqlite::Result<Option<Versioned<Crl>>> {
    let sql = format!("SELECT {COLUMNS} FROM crls WHERE authority = ?1 AND account = ?2");
    select::one(connection, &sql, params![id.to_string(), account.to_string()], from_columns)
}
