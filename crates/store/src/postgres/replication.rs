//! How far the standbys of a server are.

use std::time::Duration;

use crate::sql::{self, Connection};
use crate::watched::Standbys;

/// A standby of the server, as the server sees it. What a user without `pg_monitor` does not get to know
/// is `None`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Standing {
    /// The name under which it follows.
    pub name: String,
    /// Whether commits wait for it.
    pub is_synchronous: Option<bool>,
    /// How many octets of what was written it has not replayed.
    pub behind: Option<u64>,
    /// How long it took it to replay what was written lately.
    pub lag: Option<Duration>,
}

/// The standbys that follow a server, by name.
pub(crate) fn standings(connection: &Connection) -> sql::Result<Vec<Standing>> {
    let sql = "SELECT coalesce(application_name, ''), sync_state IN ('sync', 'quorum'),
                   CAST(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) AS BIGINT),
                   CAST(extract(epoch FROM replay_lag) * 1000 AS BIGINT)
               FROM pg_stat_replication ORDER BY 1";
    connection
        .prepare_cached(sql)?
        .query_map([], |row| {
            let octets: Option<i64> = row.get(2)?;
            let millis: Option<i64> = row.get(3)?;
            Ok(Standing {
                name: row.get(0)?,
                is_synchronous: row.get(1)?,
                behind: octets.map(|octets| u64::try_from(octets).unwrap_or(0)),
                lag: millis.map(|millis| Duration::from_millis(millis.max(0).unsigned_abs())),
            })
        })?
        .collect()
}

/// How many standbys follow a server, and how many of them a commit waits for. What receives a backup, or
/// the log alone, is none unless a commit waits for it.
pub(crate) fn standbys(connection: &Connection) -> sql::Result<Standbys> {
    let sql = "SELECT count(*) FILTER (WHERE is_named OR is_synchronous),
                   count(*) FILTER (WHERE is_synchronous),
                   count(*) FILTER (WHERE state IS NULL),
                   current_setting('synchronous_standby_names')
               FROM (SELECT state, sync_state IN ('sync', 'quorum') AS is_synchronous,
                         application_name NOT IN ('pg_basebackup', 'pg_receivewal') AS is_named
                     FROM pg_stat_replication)
               AS followers";
    connection.prepare_cached(sql)?.query_row([], |row| {
        let hidden: u32 = row.get(2)?;
        let synchronous: u32 = row.get(1)?;
        let names: String = row.get(3)?;
        Ok(Standbys {
            connected: row.get(0)?,
            synchronous: (hidden == 0).then_some(synchronous),
            required: required(&names),
        })
    })
}

/// How many standbys a commit waits for by `synchronous_standby_names`: `FIRST 2 (a, b, c)`, `ANY 1 (*)`,
/// `2 (a, b)`, or names alone, of which it waits for one.
fn required(names: &str) -> u32 {
    if names.trim().is_empty() {
        return 0;
    }
    let before = names.split_once('(').map(|(before, _)| before);
    let number = before.and_then(|before| before.split_whitespace().last());
    number.and_then(|number| number.parse().ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_waits_for_as_many_standbys_as_their_names_say() {
        for (names, count) in [
            ("", 0),
            (" ", 0),
            ("*", 1),
            ("standby", 1),
            ("a, b", 1),
            ("2 (a, b, c)", 2),
            ("FIRST 2 (a, b)", 2),
            ("any 3(a, b, c, d)", 3),
            ("\"a (b\", c", 1),
        ] {
            assert_eq!(required(names), count, "{names}");
        }
    }
}
