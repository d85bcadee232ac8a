//! The table `access_keys`.

use iam::{AccessKey, Credential};
use ledger::{UserId, Version, Versioned};

use super::columns::Columns;
use super::texts::Text;
use super::{accounts, select, users};
use crate::sql::{self, Connection, OptionalExtension, params};

const COLUMNS: &str = "access_keys.version, access_keys.access, access_keys.user_id, \
     access_keys.account, access_keys.slot, access_keys.description, access_keys.sealed_secret, \
     access_keys.state, access_keys.created_at";

fn from_columns(columns: &mut Columns<'_>) -> sql::Result<AccessKey> {
    Ok(AccessKey {
        access: columns.take()?,
        user: columns.parse()?,
        account: columns.parse()?,
        slot: columns.take()?,
        description: columns.take()?,
        sealed_secret: columns.take()?,
        state: columns.choose()?,
        created_at: columns.time()?,
    })
}

pub(crate) fn insert(connection: &Connection, key: &AccessKey) -> sql::Result<()> {
    let sql = "INSERT INTO access_keys
                   (access, version, user_id, account, slot, description, sealed_secret, state,
                    created_at)
               VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    connection.prepare_cached(sql)?.execute(params![
        key.access,
        key.user.to_string(),
        key.account.to_string(),
        key.slot,
        key.description,
        key.sealed_secret,
        key.state.text(),
        key.created_at.as_millis(),
    ])?;
    Ok(())
}

pub(crate) fn replace(
    connection: &Connection,
    key: &AccessKey,
    read_at: Version,
) -> sql::Result<usize> {
    let sql = "UPDATE access_keys SET version = version + 1, sealed_secret = ?3, state = ?4,
                   description = ?5
               WHERE access = ?1 AND version = ?2";
    connection.prepare_cached(sql)?.execute(params![
        key.access,
        read_at.0,
        key.sealed_secret,
        key.state.text(),
        key.description,
    ])
}

/// The access key with its user and that user's account.
pub(crate) fn credential(
    connection: &Connection,
    access: &str,
) -> sql::Result<Option<Credential<AccessKey>>> {
    let sql = format!(
        "SELECT {COLUMNS}, {}, {} FROM access_keys
         JOIN users ON users.id = access_keys.user_id
         JOIN accounts ON accounts.id = users.account
         WHERE access_keys.access = ?1",
        users::COLUMNS,
        accounts::COLUMNS
    );
    connection
        .prepare_cached(&sql)?
        .query_row([access], |row| {
            let mut columns = Columns::of(row);
            Ok(Credential {
                credential: columns.versioned(from_columns)?,
                user: columns.versioned(users::from_columns)?,
                account: columns.versioned(accounts::from_columns)?,
            })
        })
        .optional()
}

/// The access keys of a user, oldest first.
pub(crate) fn of_user(
    connection: &Connection,
    user: UserId,
) -> sql::Result<Vec<Versioned<AccessKey>>> {
    let sql =
        format!("SELECT {COLUMNS} FROM access_keys WHERE user_id = ?1 ORDER BY created_at, access");
    select::all(connection, &sql, [user.to_string()], from_columns)
}
