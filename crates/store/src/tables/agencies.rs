//! The table `agencies`.

use ledger::{AccountId, Timestamp};
use pki::agency::Agency;

use super::columns::Columns;
use super::select;
use crate::sql::{self, Connection, params};

const COLUMNS: &str = "agencies.version, agencies.account, agencies.id, agencies.created_at";

fn from_columns(columns: &mut Columns<'_>) -> sql::Result<Agency> {
    Ok(Agency {
        account: columns.parse()?,
        id: columns.parse()?,
        created_at: Timestamp::from_millis(columns.take()?),
    })
}

pub(crate) fn insert(connection: &Connection, agency: &Agency) -> sql::Result<()> {
    let sql = "INSERT INTO agencies (account, version, id, created_at) VALUES (?1, 1, ?2, ?3)";
    connection.prepare_cached(sql)?.execute(params![
        agency.account.to_string(),
        agency.id.to_string(),
        agency.created_at.as_millis(),
    ])?;
    Ok(())
}

pub(crate) fn by_account(
    connection: &Connection,
    account: AccountId,
) -> sql::Result<Option<Agency>> {
    let sql = format!("SELECT {COLUMNS} FROM agencies WHERE account = ?1");
    let found = select::one(connection, &sql, [account.to_string()], from_columns)?;
    Ok(found.map(|found| found.value))
}
