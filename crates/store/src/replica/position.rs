//! How far the primary has written, and whether a replica has followed until there.

use super::Unusable;
use crate::sql::{self, Connection};

/// Which database it is, as primary and replica tell it: the cluster, the database in it, the schema.
/// A copy that follows has the same numbers, and no other database has.
const PLACE: &str = "coalesce((SELECT CAST(system_identifier AS TEXT) FROM pg_control_system())
         || '/' || (SELECT CAST(oid AS TEXT) FROM pg_database WHERE datname = current_database())
         || '/' || current_schema(), '')";

/// Where the primary stands. Every commit that was answered before it was asked is before that.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Position {
    place: String,
    /// Another one after each fail-over.
    timeline: i64,
    /// The octet of the log until which it is on the disk.
    written: i64,
}

/// What a server tells that is to be a replica.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Seen {
    is_following: bool,
    place: String,
    timeline: i64,
    /// The octet of the log until which others see what it says.
    replayed: i64,
}

/// Asks the primary.
pub(super) fn of_primary(connection: &Connection) -> sql::Result<Position> {
    // A commit is answered after it was flushed; what is only inserted no standby can have.
    let sql = format!(
        "SELECT {PLACE},
             CAST(CAST('x' || substr(pg_walfile_name(pg_current_wal_flush_lsn()), 1, 8) AS BIT(32)) AS BIGINT),
             CAST(pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0') AS BIGINT)"
    );
    connection.prepare_cached(&sql)?.query_row([], |row| {
        Ok(Position { place: row.get(0)?, timeline: row.get(1)?, written: row.get(2)? })
    })
}

/// Asks a replica. Its timeline is the last one of which its own files are known to have something: after
/// a fail-over that comes late, but never too early.
pub(super) fn of_replica(connection: &Connection) -> sql::Result<Seen> {
    let sql = format!(
        "SELECT pg_is_in_recovery(), {PLACE},
             CAST((SELECT greatest(timeline_id, min_recovery_end_timeline)
                   FROM pg_control_checkpoint(), pg_control_recovery()) AS BIGINT),
             coalesce(CAST(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0') AS BIGINT), 0)"
    );
    connection.prepare_cached(&sql)?.query_row([], |row| {
        Ok(Seen {
            is_following: row.get(0)?,
            place: row.get(1)?,
            timeline: row.get(2)?,
            replayed: row.get(3)?,
        })
    })
}

impl Position {
    /// Whether it is the same database and follows, however far.
    pub(super) fn recognize(&self, seen: &Seen) -> Result<(), Unusable> {
        if seen.place != self.place {
            return Err(Unusable::Foreign);
        }
        if seen.is_following { Ok(()) } else { Err(Unusable::Promoted) }
    }

    /// Whether a replica has everything that was committed until here. Of another timeline the places in
    /// the log say nothing: both may have written there.
    pub(super) fn judge(&self, seen: &Seen) -> Result<(), Unusable> {
        self.recognize(seen)?;
        if seen.timeline == self.timeline && seen.replayed >= self.written {
            Ok(())
        } else {
            Err(Unusable::Behind)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> Position {
        Position { place: "7/5/public".to_owned(), timeline: 2, written: 100 }
    }

    fn replica() -> Seen {
        let place = here().place;
        Seen { is_following: true, place, timeline: 2, replayed: 100 }
    }

    #[test]
    fn a_replica_that_has_replayed_all_is_as_good() {
        assert_eq!(here().judge(&replica()), Ok(()));
        assert_eq!(here().judge(&Seen { replayed: 101, ..replica() }), Ok(()));
    }

    #[test]
    fn one_octet_less_is_behind() {
        assert_eq!(here().judge(&Seen { replayed: 99, ..replica() }), Err(Unusable::Behind));
    }

    #[test]
    fn before_and_after_a_fail_over_the_same_place_is_not_the_same() {
        for timeline in [1, 3] {
            let other = Seen { timeline, replayed: 1000, ..replica() };
            assert_eq!(here().judge(&other), Err(Unusable::Behind));
        }
    }

    #[test]
    fn who_writes_or_has_another_database_is_no_replica() {
        let promoted = Seen { is_following: false, ..replica() };
        assert_eq!(here().judge(&promoted), Err(Unusable::Promoted));
        for place in ["8/5/public", "7/6/public", "7/5/other", ""] {
            let foreign = Seen { place: place.to_owned(), ..promoted.clone() };
            assert_eq!(here().judge(&foreign), Err(Unusable::Foreign));
        }
    }
}
