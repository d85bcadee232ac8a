//! The table `users`.

use iam::{User, UserFilter};
use ledger::{AccountId, UserId, Version, Versioned};

use super::columns::Columns;
use super::select;
use super::texts::Text;
use crate::sql::{self, Connection, params};

pub(crate) const COLUMNS: &str = "users.version, users.id, users.account, users.name, \
     users.standing, users.description, users.password_hash, users.generation, users.state, \
     users.created_at";

pub(crate) fn from_columns(columns: &mut Columns<'_>) -> sql::Result<User> {
    Ok(User {
        id: columns.parse()?,
        account: columns.parse()?,
        name: columns.take()?,
        standing: columns.choose()?,
        description: columns.take()?,
        password_hash: Some(columns.take()?).filter(|hash: &String| !hash.is_empty()),
        generation: columns.take()?,
        state: columns.choose()?,
        created_at: columns.time()?,
    })
}

pub(crate) fn insert(connection: &Connection, user: &User) -> sql::Result<()> {
    let sql = "INSERT INTO users
                   (id, version, account, name, standing, description, password_hash, generation,
                    state, created_at)
               VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    connection.prepare_cached(sql)?.execute(params![
        user.id.to_string(),
        user.account.to_string(),
        user.name,
        user.standing.text(),
        user.description,
        user.password_hash.as_deref().unwrap_or_default(),
        user.generation,
        user.state.text(),
        user.created_at.as_millis(),
    ])?;
    Ok(())
}

pub(crate) fn replace(
    connection: &Connection,
    user: &User,
    read_at: Version,
) -> sql::Result<usize> {
    let sql = "UPDATE users SET version = version + 1, name = ?3, description = ?4,
                   password_hash = ?5, generation = ?6, state = ?7
               WHERE id = ?1 AND version = ?2";
    connection.prepare_cached(sql)?.execute(params![
        user.id.to_string(),
        read_at.0,
        user.name,
        user.description,
        user.password_hash.as_deref().unwrap_or_default(),
        user.generation,
        user.state.text(),
    ])
}

/// Removes the credentials of a user.
pub(crate) fn remove_parts(connection: &Connection, user: &str) -> sql::Result<()> {
    for sql in
        ["DELETE FROM access_keys WHERE user_id = ?1", "DELETE FROM tokens WHERE user_id = ?1"]
    {
        connection.prepare_cached(sql)?.execute([user])?;
    }
    Ok(())
}

/// Puts the same password's hash at another cost in the place of the old one; the version stays.
pub(crate) fn rehash(connection: &Connection, user: &User, read_at: Version) -> sql::Result<usize> {
    let sql = "UPDATE users SET password_hash = ?3 WHERE id = ?1 AND version = ?2";
    let hash = user.password_hash.as_deref().unwrap_or_default();
    connection.prepare_cached(sql)?.execute(params![user.id.to_string(), read_at.0, hash])
}

pub(crate) fn by_id(connection: &Connection, id: UserId) -> sql::Result<Option<Versioned<User>>> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE id = ?1");
    select::one(connection, &sql, [id.to_string()], from_columns)
}

pub(crate) fn by_name(
    connection: &Connection,
    account: AccountId,
    name: &str,
) -> sql::Result<Option<Versioned<User>>> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE account = ?1 AND name = ?2");
    select::one(connection, &sql, params![account.to_string(), name], from_columns)
}

/// The oldest `limit` users of an account.
pub(crate) fn oldest(
    connection: &Connection,
    account: AccountId,
    limit: u32,
) -> sql::Result<Vec<Versioned<User>>> {
    let sql =
        format!("SELECT {COLUMNS} FROM users WHERE account = ?1 ORDER BY created_at, id LIMIT ?2");
    select::all(connection, &sql, params![account.to_string(), limit], from_columns)
}

/// The users that `filter` selects, in the order of their identifiers.
pub(crate) fn selected(
    connection: &Connection,
    filter: &UserFilter,
) -> sql::Result<Vec<Versioned<User>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM users
         WHERE account = ?1 AND (name = ?2 OR ?2 IS NULL) AND (state = ?3 OR ?3 IS NULL)
             AND (id IN (SELECT user_id FROM memberships WHERE memberships.group_id = ?4)
                  OR ?4 IS NULL)
             AND (id > ?5 OR ?5 IS NULL)
         ORDER BY id LIMIT ?6"
    );
    let params = params![
        filter.account.to_string(),
        filter.name,
        filter.state.map(|state| state.text()),
        filter.group.map(|group| group.to_string()),
        filter.after.map(|id| id.to_string()),
        filter.limit,
    ];
    select::all(connection, &sql, params, from_columns)
}
