//! The table `crl_places`.

use ledger::{CaId, Timestamp};
use pki::crl::{CrlPlace, Location};

use super::columns::Columns;
use super::select;
use crate::sql::{self, Connection, params};

const COLUMNS: &str = "crl_places.version, crl_places.bucket, crl_places.name, \
     crl_places.authority, crl_places.account, crl_places.taken_at";

fn from_columns(columns: &mut Columns<'_>) -> sql::Result<CrlPlace> {
    Ok(CrlPlace {
        location: Location { bucket: columns.take()?, name: columns.take()? },
        authority: columns.parse()?,
        account: columns.parse()?,
        taken_at: Timestamp::from_millis(columns.take()?),
    })
}

pub(crate) fn insert(connection: &Connection, place: &CrlPlace) -> sql::Result<()> {
    let sql = "INSERT INTO crl_places (id, version, bucket, name, authority, account, taken_at)
               VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6)";
    connection.prepare_cached(sql)?.execute(params![
        place.location.key(),
        place.location.bucket,
        place.location.name,
        place.authority.to_string(),
        place.account.to_string(),
        place.taken_at.as_millis(),
    ])?;
    Ok(())
}

pub(crate) fn at(connection: &Connection, location: &Location) -> sql::Result<Option<CrlPlace>> {
    let sql = format!("SELECT {COLUMNS} FROM crl_places WHERE id = ?1");
    let found = select::one(connection, &sql, [location.key()], from_columns)?;
    Ok(found.map(|found| found.value))
}

pub(crate) fn of(connection: &Connection, authority: CaId) -> sql::Result<Vec<CrlPlace>> {
    let sql =
        format!("SELECT {COLUMNS} FROM crl_places WHERE authority = ?1 ORDER BY taken_at, id");
    let found = select::all(connection, &sql, [authority.to_string()], from_columns)?;
    Ok(found.into_iter().map(|found| found.value).collect())
}

pub(crate) fn after(
    connection: &Connection,
    after: Option<&Location>,
    limit: u32,
) -> sql::Result<Vec<CrlPlace>> {
    let sql = format!("SELECT {COLUMNS} FROM crl_places WHERE id > ?1 ORDER BY id LIMIT ?2");
    let after = after.map(Location::key).unwrap_or_default();
    let found = select::all(connection, &sql, params![after, limit], from_columns)?;
    Ok(found.into_iter().map(|found| found.value).collect())
}
