//! The tables `crl_bodies` and `crl_chunks`: the bytes of CRLs.

use ledger::{CrlBodyId, Timestamp};
use pki::crl::{List, SignedCrl};

use crate::sql::{self, Connection, OptionalExtension, params};

/// How many chunks are removed at a time.
const CHUNKS: u32 = 8;

/// Writes chunks of a body, numbered from the first one on.
pub(crate) fn put(
    connection: &Connection,
    body: CrlBodyId,
    (first, chunks): (u32, &[Vec<u8>]),
    at: Timestamp,
) -> sql::Result<()> {
    let sql = "INSERT INTO crl_bodies (id, idle_since) VALUES (?1, ?2)
               ON CONFLICT (id) DO UPDATE SET idle_since = excluded.idle_since
               WHERE crl_bodies.idle_since < excluded.idle_since";
    connection.prepare_cached(sql)?.execute(params![body.to_string(), at.as_millis()])?;
    let sql = "INSERT INTO crl_chunks (body, number, octets) VALUES (?1, ?2, ?3)";
    for (number, octets) in (first..).zip(chunks) {
        connection.prepare_cached(sql)?.execute(params![body.to_string(), number, octets])?;
    }
    Ok(())
}

/// A chunk of a body.
pub(crate) fn chunk(
    connection: &Connection,
    body: CrlBodyId,
    number: u32,
) -> sql::Result<Option<Vec<u8>>> {
    let sql = "SELECT octets FROM crl_chunks WHERE body = ?1 AND number = ?2";
    connection
        .prepare_cached(sql)?
        .query_row(params![body.to_string(), number], |row| row.get(0))
        .optional()
}

/// Notes when the body that a list's head names is left for that of `next`.
pub(super) fn leave(connection: &Connection, list: List, next: &SignedCrl) -> sql::Result<()> {
    let sql = "UPDATE crl_bodies SET idle_since = ?3
               WHERE id = (SELECT body FROM crl_heads WHERE list = ?1) AND id <> ?2
                   AND idle_since < ?3";
    let left = params![list.to_string(), next.body.to_string(), next.this_update.as_millis()];
    connection.prepare_cached(sql)?.execute(left)?;
    Ok(())
}

/// Bodies that no head names and that were left before `idle_since`: at most a hundred.
pub(crate) fn idle(connection: &Connection, idle_since: Timestamp) -> sql::Result<Vec<CrlBodyId>> {
    let sql = "SELECT id FROM crl_bodies WHERE idle_since < ?1
                   AND NOT EXISTS (SELECT 1 FROM crl_heads WHERE crl_heads.body = crl_bodies.id)
               LIMIT 100";
    connection
        .prepare_cached(sql)?
        .query_map([idle_since.as_millis()], |row| {
            super::columns::Columns::of(row).parse::<CrlBodyId>()
        })?
        .collect()
}

/// Keeps a body as it is until the end of the transaction: whoever names it and whoever removes it wait
/// for each other, and then see what the other has done.
pub(super) fn hold(connection: &Connection, body: CrlBodyId) -> sql::Result<()> {
    let sql = "UPDATE crl_bodies SET idle_since = idle_since WHERE id = ?1";
    connection.prepare_cached(sql)?.execute([body.to_string()]).map(|_| ())
}

/// Removes some chunks of a body that no head names, at last the body itself; how many chunks.
pub(crate) fn remove_some(connection: &Connection, body: CrlBodyId) -> sql::Result<usize> {
    hold(connection, body)?;
    let body = body.to_string();
    let named = "SELECT 1 FROM crl_heads WHERE body = ?1";
    if connection.prepare_cached(named)?.exists([&body])? {
        return Ok(0);
    }
    let sql = "DELETE FROM crl_chunks WHERE body = ?1 AND number IN (
                   SELECT number FROM crl_chunks WHERE body = ?1 LIMIT ?2)";
    let removed = connection.prepare_cached(sql)?.execute(params![body, CHUNKS])?;
    if removed == 0 {
        connection.prepare_cached("DELETE FROM crl_bodies WHERE id = ?1")?.execute([&body])?;
    }
    Ok(removed)
}
