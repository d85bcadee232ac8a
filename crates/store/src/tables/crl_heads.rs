//! The table `crl_heads`: the last CRL of each list.

use ledger::{CaId, CrlBodyId, Timestamp, Version, Versioned};
use pki::crl::{Finality, Head, List, SignedCrl, Work};

use super::columns::Columns;
use super::texts::Text;
use super::{crl_bodies, select};
use crate::sql::{self, Connection, Row, ToSql, params};

const COLUMNS: &str = "crl_heads.version, crl_heads.authority, crl_heads.shard, \
     crl_heads.account, crl_heads.names, crl_heads.number, crl_heads.this_update, \
     crl_heads.next_update, crl_heads.through, crl_heads.finality, crl_heads.body, crl_heads.octets, \
     crl_heads.chunks, crl_heads.due_at, crl_heads.published";

/// That of the body in the parameter ?8 all ?10 chunks are there: it may be that some are forgotten.
macro_rules! body_is_whole {
    () => {
        "(CAST(?8 AS TEXT) IS NULL OR ?10 = (SELECT count(*) FROM crl_chunks WHERE body = ?8))"
    };
}

fn from_columns(columns: &mut Columns<'_>) -> sql::Result<Head> {
    Ok(Head {
        list: list(columns)?,
        account: columns.parse()?,
        names: columns.take::<String>()?.lines().map(str::to_owned).collect(),
        latest: latest(columns)?,
        due_at: columns.take::<Option<i64>>()?.map(Timestamp::from_millis),
        published: columns.take()?,
    })
}

fn list(columns: &mut Columns<'_>) -> sql::Result<List> {
    Ok(List { authority: columns.parse()?, shard: columns.take()? })
}

/// Reads the columns `number` to `chunks`: all of them are there, or none.
fn latest(columns: &mut Columns<'_>) -> sql::Result<Option<SignedCrl>> {
    let Some(number) = columns.take()? else {
        for _ in 0..7 {
            columns.pass();
        }
        return Ok(None);
    };
    Ok(Some(SignedCrl {
        number,
        this_update: columns.time()?,
        next_update: columns.time()?,
        through: columns.take()?,
        finality: columns.choose::<Finality>()?,
        body: columns.parse::<CrlBodyId>()?,
        octets: columns.convert(|octets: i64| u64::try_from(octets))?,
        chunks: columns.take()?,
    }))
}

/// Runs a statement with the key in its first parameter and what can change in the next eleven.
fn write(
    connection: &Connection,
    sql: &str,
    head: &Head,
    more: &[&dyn ToSql],
) -> sql::Result<usize> {
    let latest = head.latest.as_ref();
    let list = head.list.to_string();
    let names = head.names.join("\n");
    let this_update = latest.map(|latest| latest.this_update.as_millis());
    let next_update = latest.map(|latest| latest.next_update.as_millis());
    let body = latest.map(|latest| latest.body.to_string());
    let octets = latest.map(|latest| i64::try_from(latest.octets).unwrap_or(i64::MAX));
    let due_at = head.due_at.map(Timestamp::as_millis);
    let mut parameters: Vec<&dyn ToSql> = vec![&list, &names];
    let (number, through, finality, chunks) = (
        latest.map(|latest| latest.number),
        latest.map(|latest| latest.through),
        latest.map(|latest| latest.finality.text()),
        latest.map(|latest| latest.chunks),
    );
    let made: [&dyn ToSql; 8] =
        [&number, &this_update, &next_update, &through, &finality, &body, &octets, &chunks];
    parameters.extend(made);
    parameters.extend([&due_at as &dyn ToSql, &head.published]);
    parameters.extend(more);
    connection.prepare_cached(sql)?.execute(&*parameters)
}

/// Inserts a head; none where its body is not whole any more.
pub(crate) fn insert(connection: &Connection, head: &Head) -> sql::Result<usize> {
    let sql = concat!(
        "INSERT INTO crl_heads
             (list, version, names, number, this_update, next_update, through, finality, body,
              octets, chunks, due_at, published, authority, shard, account)
         SELECT ?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15
         WHERE ",
        body_is_whole!()
    );
    if let Some(latest) = &head.latest {
        crl_bodies::hold(connection, latest.body)?;
    }
    let (authority, account) = (head.list.authority.to_string(), head.account.to_string());
    write(connection, sql, head, &[&authority, &head.list.shard, &account])
}

/// Replaces what can change. The body that the head named before can be forgotten some time later; one
/// of which something is forgotten already cannot be named.
pub(crate) fn replace(
    connection: &Connection,
    head: &Head,
    read_at: Version,
) -> sql::Result<usize> {
    if let Some(latest) = &head.latest {
        crl_bodies::hold(connection, latest.body)?;
        crl_bodies::leave(connection, head.list, latest)?;
    }
    let sql = concat!(
        "UPDATE crl_heads SET version = version + 1, names = ?2, number = ?3,
             this_update = ?4, next_update = ?5, through = ?6, finality = ?7, body = ?8,
             octets = ?9, chunks = ?10, due_at = ?11, published = ?12
         WHERE list = ?1 AND version = ?13 AND ",
        body_is_whole!()
    );
    write(connection, sql, head, &[&read_at.0])
}

pub(crate) fn by_list(connection: &Connection, list: List) -> sql::Result<Option<Versioned<Head>>> {
    let sql = format!("SELECT {COLUMNS} FROM crl_heads WHERE list = ?1");
    select::one(connection, &sql, params![list.to_string()], from_columns)
}

/// The heads of an authority, the complete one first.
pub(crate) fn of_authority(
    connection: &Connection,
    authority: CaId,
) -> sql::Result<Vec<Versioned<Head>>> {
    let sql =
        format!("SELECT {COLUMNS} FROM crl_heads WHERE authority = ?1 ORDER BY shard NULLS FIRST");
    select::all(connection, &sql, params![authority.to_string()], from_columns)
}

/// The lists of authorities with certificates that are in buckets and on which something is due; to be
/// made (0) before to be published (1).
pub(crate) fn due(
    connection: &Connection,
    now: Timestamp,
    limit: u32,
) -> sql::Result<Vec<(List, Work)>> {
    const DUE: &str = "
        WITH work (authority, shard, kind) AS (
            SELECT crls.authority, NULL, 0 FROM crls
            WHERE NOT EXISTS (SELECT 1 FROM crl_heads WHERE crl_heads.list = crls.authority)
                AND (crls.enabled <> 0 OR EXISTS (
                    SELECT 1 FROM counters
                    WHERE counters.quota = 'unpublished' AND counters.scope = crls.authority))
            UNION ALL
            SELECT crl_heads.authority, crl_heads.shard, 0 FROM counters
            JOIN crl_heads ON crl_heads.list = counters.scope
            WHERE counters.quota = 'unpublished' AND crl_heads.finality IS DISTINCT FROM 'last'
            UNION ALL
            SELECT authority, shard, 0 FROM crl_heads WHERE due_at <= ?1
            UNION ALL
            SELECT authority, shard, 1 FROM crl_heads WHERE published IS DISTINCT FROM number
        )
        SELECT work.authority, work.shard, min(work.kind) FROM work
        JOIN crls ON crls.authority = work.authority
        WHERE crls.bucket IS NOT NULL AND (work.kind = 1 OR EXISTS (
            SELECT 1 FROM authorities
            WHERE authorities.id = work.authority AND authorities.not_after IS NOT NULL))
        GROUP BY work.authority, work.shard LIMIT ?2";
    let read = |row: &Row<'_>| {
        let columns = &mut Columns::of(row);
        let list = list(columns)?;
        let work = if columns.take::<i64>()? == 0 { Work::Make } else { Work::Publish };
        Ok((list, work))
    };
    connection.prepare_cached(DUE)?.query_map(params![now.as_millis(), limit], read)?.collect()
}
