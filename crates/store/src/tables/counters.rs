//! The table `counters`.

use ledger::Counter;
use rusqlite::{Connection, OptionalExtension, params};

use super::texts::Text;

/// What a counter stands at; zero before it was ever written.
pub(crate) fn used(connection: &Connection, counter: &Counter) -> rusqlite::Result<i64> {
    let sql = "SELECT used FROM counters WHERE quota = ?1 AND scope = ?2";
    let used = connection
        .prepare_cached(sql)?
        .query_row(params![counter.quota.text(), counter.scope], |row| row.get(0))
        .optional()?;
    Ok(used.unwrap_or(0))
}

/// Sets a counter.
pub(crate) fn set(connection: &Connection, counter: &Counter, used: i64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO counters (quota, scope, used) VALUES (?1, ?2, ?3)
               ON CONFLICT (quota, scope) DO UPDATE SET used = excluded.used";
    connection.prepare_cached(sql)?.execute(params![counter.quota.text(), counter.scope, used])?;
    Ok(())
}
