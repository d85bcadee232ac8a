//! How far the standbys of a server are.

use std::time::Duration;

use crate::sql::{self, Connection};

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
