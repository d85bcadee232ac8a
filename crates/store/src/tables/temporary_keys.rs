//! The table `temporary_keys`.

use iam::{TemporaryKey, TemporarySession};
use ledger::{Timestamp, UserId, Versioned};

use super::columns::Columns;
use super::{accounts, select, tokens, users};
use crate::sql::{self, Connection, OptionalExtension, params};

const COLUMNS: &str = "temporary_keys.version, temporary_keys.access, temporary_keys.token, \
     temporary_keys.user_id, temporary_keys.account, temporary_keys.slot, \
     temporary_keys.sealed_secret, temporary_keys.security_token, temporary_keys.policy, \
     temporary_keys.created_at, temporary_keys.expires_at";

fn from_columns(columns: &mut Columns<'_>) -> sql::Result<TemporaryKey> {
    Ok(TemporaryKey {
        access: columns.take()?,
        token: columns.convert(|hex: String| tokens::digest(&hex))?,
        user: columns.parse()?,
        account: columns.parse()?,
        slot: columns.take()?,
        sealed_secret: columns.take()?,
        security_token: columns.convert(|hex: String| tokens::digest(&hex))?,
        policy: columns.take()?,
        created_at: columns.time()?,
        expires_at: columns.time()?,
    })
}

pub(crate) fn insert(connection: &Connection, key: &TemporaryKey) -> sql::Result<()> {
    let sql = "INSERT INTO temporary_keys
                   (access, version, token, user_id, account, slot, sealed_secret, security_token,
                    policy, created_at, expires_at)
               VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    connection.prepare_cached(sql)?.execute(params![
        key.access,
        key.token.to_string(),
        key.user.to_string(),
        key.account.to_string(),
        key.slot,
        key.sealed_secret,
        key.security_token.to_string(),
        key.policy,
        key.created_at.as_millis(),
        key.expires_at.as_millis(),
    ])?;
    Ok(())
}

/// The key with its token, its user and that user's account.
pub(crate) fn session(
    connection: &Connection,
    access: &str,
) -> sql::Result<Option<TemporarySession>> {
    let sql = format!(
        "SELECT {COLUMNS}, {}, {}, {} FROM temporary_keys
         JOIN tokens ON tokens.digest = temporary_keys.token
         JOIN users ON users.id = temporary_keys.user_id
         JOIN accounts ON accounts.id = users.account
         WHERE temporary_keys.access = ?1",
        tokens::COLUMNS,
        users::COLUMNS,
        accounts::COLUMNS
    );
    connection
        .prepare_cached(&sql)?
        .query_row([access], |row| {
            let mut columns = Columns::of(row);
            Ok(TemporarySession {
                key: columns.versioned(from_columns)?,
                token: columns.versioned(tokens::from_columns)?,
                user: columns.versioned(users::from_columns)?,
                account: columns.versioned(accounts::from_columns)?,
            })
        })
        .optional()
}

/// All keys of a user.
pub(crate) fn of_user(
    connection: &Connection,
    user: UserId,
) -> sql::Result<Vec<Versioned<TemporaryKey>>> {
    let sql = format!("SELECT {COLUMNS} FROM temporary_keys WHERE user_id = ?1 ORDER BY slot");
    select::all(connection, &sql, [user.to_string()], from_columns)
}

/// At most `limit` keys that expire before `before`, the earliest first.
pub(crate) fn expired(
    connection: &Connection,
    before: Timestamp,
    limit: u32,
) -> sql::Result<Vec<Versioned<TemporaryKey>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM temporary_keys WHERE expires_at < ?1
         ORDER BY expires_at, access LIMIT ?2"
    );
    select::all(connection, &sql, params![before.as_millis(), limit], from_columns)
}
