//! What is read of several tables for metrics. Nothing here reads more rows than it is told, and none of
//! the certificates' own.

use std::time::Duration;

use ledger::{CaId, Timestamp};
use pki::crl::List;

use super::columns::Columns;
use super::leases;
use crate::postgres::replication;
use crate::sql::{self, Connection, Params, params};
use crate::watched::{CrlTimes, Ending, Replica, Standbys, Watched};

/// How long an authority is shown after its end: longer than nobody looks.
const SHOWN: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How many are counted at most.
const COUNTED: u32 = 10_000;

/// Reads it as of `now`, at most `nearest` of each thing.
pub(crate) fn read(connection: &Connection, now: Timestamp, nearest: u32) -> sql::Result<Watched> {
    let authorities =
        endings(connection, AUTHORITIES, params![(now - SHOWN).as_millis(), nearest])?;
    let mut certificates = Vec::new();
    for Ending { authority, .. } in &authorities {
        certificates.extend(next_end(connection, *authority, now)?);
    }
    Ok(Watched {
        size: size(connection)?,
        unpublished: unpublished(connection)?,
        certificates,
        authorities,
        replicas: replicas(connection)?,
        standbys: standbys(connection)?,
        responders: endings(connection, RESPONDERS, params![nearest])?,
        crls: crls(connection, nearest)?,
        work: leases::states(connection)?,
        ..Watched::default()
    })
}

/// The index `authorities_ending` has the same condition.
const AUTHORITIES: &str = "
    SELECT id, not_after FROM authorities
    WHERE state = 'issued' AND phase = 'active' AND not_after > ?1
    ORDER BY not_after, id LIMIT ?2";

const RESPONDERS: &str =
    "SELECT authority, not_after FROM responders ORDER BY renew_at, authority LIMIT ?1";

const NEXT_END: &str = "SELECT min(not_after) FROM serials WHERE issuer = ?1 AND not_after > ?2";

const CRLS: &str = "
    SELECT authority, shard, this_update, next_update FROM crl_heads
    WHERE due_at IS NOT NULL AND number IS NOT NULL ORDER BY due_at LIMIT ?1";

const UNPUBLISHED: &str = "
    SELECT count(*) FROM (
        SELECT 1 FROM crl_heads WHERE published IS DISTINCT FROM number LIMIT ?1
    ) AS waiting";

fn endings(connection: &Connection, sql: &str, params: impl Params) -> sql::Result<Vec<Ending>> {
    connection
        .prepare_cached(sql)?
        .query_map(params, |row| {
            let columns = &mut Columns::of(row);
            Ok(Ending { authority: columns.parse()?, at: columns.time()? })
        })?
        .collect()
}

/// When the next certificate ends that an authority issued, revoked or not.
fn next_end(
    connection: &Connection,
    authority: CaId,
    now: Timestamp,
) -> sql::Result<Option<Ending>> {
    let end: Option<i64> = connection
        .prepare_cached(NEXT_END)?
        .query_row(params![authority.to_string(), now.as_millis()], |row| row.get(0))?;
    Ok(end.map(|end| Ending { authority, at: Timestamp::from_millis(end) }))
}

fn crls(connection: &Connection, nearest: u32) -> sql::Result<Vec<CrlTimes>> {
    connection
        .prepare_cached(CRLS)?
        .query_map(params![nearest], |row| {
            let columns = &mut Columns::of(row);
            Ok(CrlTimes {
                list: List { authority: columns.parse()?, shard: columns.take()? },
                this_update: columns.time()?,
                next_update: columns.time()?,
            })
        })?
        .collect()
}

fn unpublished(connection: &Connection) -> sql::Result<u64> {
    let count: i64 =
        connection.prepare_cached(UNPUBLISHED)?.query_row(params![COUNTED], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// The standbys that follow a server, and how long each took to have what was written lately. A user who
/// may not ask is told of none.
fn replicas(connection: &Connection) -> sql::Result<Vec<Replica>> {
    if !connection.is_shared() {
        return Ok(Vec::new());
    }
    let sql = "SELECT application_name, CAST(extract(epoch FROM replay_lag) * 1000 AS BIGINT)
               FROM pg_stat_replication WHERE application_name IS NOT NULL AND state IS NOT NULL
               ORDER BY 1 LIMIT 100";
    connection
        .prepare_cached(sql)?
        .query_map(params![], |row| {
            let lag: Option<i64> = row.get(1)?;
            let lag = Duration::from_millis(u64::try_from(lag.unwrap_or(0)).unwrap_or(0));
            Ok(Replica { name: row.get(0)?, lag })
        })?
        .collect()
}

/// How many standbys follow, and how many have to.
fn standbys(connection: &Connection) -> sql::Result<Option<Standbys>> {
    if connection.is_shared() { replication::standbys(connection).map(Some) } else { Ok(None) }
}

/// In octets.
fn size(connection: &Connection) -> sql::Result<u64> {
    let sql = if connection.is_shared() {
        "SELECT pg_database_size(current_database())"
    } else {
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    };
    let size: i64 = connection.prepare_cached(sql)?.query_row(params![], |row| row.get(0))?;
    Ok(u64::try_from(size).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_table_is_read_from_end_to_end() {
        let connection = Connection::in_memory();
        for (sql, index) in [
            (AUTHORITIES, "authorities_ending"),
            (RESPONDERS, "responders_by_renewal"),
            (NEXT_END, "serials_by_end"),
            (CRLS, "crl_heads_due"),
            (UNPUBLISHED, "crl_heads_unpublished"),
        ] {
            let plan = connection.plan(sql).join("; ");

            assert!(plan.contains(index), "{sql}: {plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{sql}: {plan}");
        }
    }

    #[test]
    fn an_empty_database_has_a_size_and_nothing_else() {
        let watched = read(&Connection::in_memory(), Timestamp::from_seconds(0), 100).unwrap();

        assert!(watched.size > 0);
        assert_eq!(watched, Watched { size: watched.size, ..Watched::default() });
    }
}
