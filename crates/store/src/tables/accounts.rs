//! The table `accounts`.

use iam::Account;
use ledger::{AccountId, Version, Versioned};

use super::columns::Columns;
use super::select;
use super::texts::Text;
use crate::sql::{self, Connection, params};

pub(crate) const COLUMNS: &str =
    "accounts.version, accounts.id, accounts.name, accounts.state, accounts.created_at";

pub(crate) fn from_columns(columns: &mut Columns<'_>) -> sql::Result<Account> {
    Ok(Account {
        id: columns.parse()?,
        name: columns.take()?,
        state: columns.choose()?,
        created_at: columns.time()?,
    })
}

pub(crate) fn insert(connection: &Connection, account: &Account) -> sql::Result<()> {
    let sql = "INSERT INTO accounts (id, version, name, state, created_at)
               VALUES (?1, 1, ?2, ?3, ?4)";
    connection.prepare_cached(sql)?.execute(params![
        account.id.to_string(),
        account.name,
        account.state.text(),
        account.created_at.as_millis(),
    ])?;
    Ok(())
}

pub(crate) fn replace(
    connection: &Connection,
    account: &Account,
    read_at: Version,
) -> sql::Result<usize> {
    let sql = "UPDATE accounts SET version = version + 1, name = ?3, state = ?4
               WHERE id = ?1 AND version = ?2";
    connection.prepare_cached(sql)?.execute(params![
        account.id.to_string(),
        read_at.0,
        account.name,
        account.state.text(),
    ])
}

pub(crate) fn by_id(
    connection: &Connection,
    id: AccountId,
) -> sql::Result<Option<Versioned<Account>>> {
    let sql = format!("SELECT {COLUMNS} FROM accounts WHERE id = ?1");
    select::one(connection, &sql, [id.to_string()], from_columns)
}

pub(crate) fn by_name(
    connection: &Connection,
    name: &str,
) -> sql::Result<Option<Versioned<Account>>> {
    let sql = format!("SELECT {COLUMNS} FROM accounts WHERE name = ?1");
    select::one(connection, &sql, [name], from_columns)
}

/// The oldest `limit` accounts.
pub(crate) fn oldest(connection: &Connection, limit: u32) -> sql::Result<Vec<Versioned<Account>>> {
    let sql = format!("SELECT {COLUMNS} FROM accounts ORDER BY created_at, id LIMIT ?1");
    select::all(connection, &sql, [limit], from_columns)
}
