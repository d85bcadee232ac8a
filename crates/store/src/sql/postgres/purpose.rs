//! What a session is for, and what the server is told about it.

use std::time::Duration;

/// How much longer than the server a client waits, so that the server's own word comes first.
const LONGER: Duration = Duration::from_secs(5);
/// How long a client waits for the next row of a long read.
const ROW: Duration = Duration::from_secs(60);
/// How long a session may take to begin.
const BEGINNING: Duration = Duration::from_secs(60);
/// How long one statement of a copy, or a change of the tables, may take: an index over ten million rows
/// is one.
const BULK: Duration = Duration::from_secs(6 * 3600);

/// What a session is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Purpose {
    /// Reading or writing all that there is.
    Bulk,
    /// Reads that somebody waits for.
    Read,
    /// Commits.
    Write,
    /// Reads of very many rows.
    Long,
    /// Asking the server how far it is, before a replica reads in its place.
    Position,
    /// Reads of a replica, in whose place another server can do them.
    Replica,
    /// Changes of the tables.
    Tables,
}

impl Purpose {
    /// How long one statement may take at the server.
    fn statement(self) -> Option<Duration> {
        match self {
            Self::Read | Self::Replica => Some(Duration::from_secs(15)),
            Self::Write => Some(Duration::from_secs(10)),
            Self::Position => Some(Duration::from_secs(2)),
            Self::Bulk | Self::Long | Self::Tables => None,
        }
    }

    /// How long it may wait for a lock: longer than a session that was left standing keeps one.
    fn lock(self) -> Option<Duration> {
        match self {
            Self::Bulk | Self::Read | Self::Long | Self::Position | Self::Replica => {
                self.statement()
            }
            Self::Write => Some(Duration::from_secs(4)),
            // Whoever waits for a table to himself lets nobody else to it meanwhile.
            Self::Tables => Some(Duration::from_secs(3)),
        }
    }

    /// How long a session may leave a transaction standing: another node may wait for its locks, and
    /// a process that was paused does not end it.
    fn idle(self) -> Duration {
        match self {
            Self::Read | Self::Position | Self::Replica => Duration::from_secs(15),
            Self::Write => Duration::from_secs(3),
            Self::Long => Duration::from_secs(120),
            // It waits for the other side, for as long as that takes.
            Self::Bulk | Self::Tables => Duration::ZERO,
        }
    }

    /// How long the client waits for an answer.
    pub(super) fn patience(self) -> Duration {
        match self {
            Self::Bulk | Self::Tables => BULK,
            Self::Position => Duration::from_secs(3),
            _ => self.statement().map_or(ROW, |statement| statement + LONGER),
        }
    }

    /// How long the session may take to begin. In the place of a replica another server is there at once.
    pub(super) fn beginning(self) -> Duration {
        match self {
            Self::Replica => Duration::from_secs(5),
            _ => self.patience().min(BEGINNING),
        }
    }

    /// What a new session tells the server.
    pub(super) fn settings(self) -> String {
        let statement = self.statement().unwrap_or_default().as_millis();
        let lock = self.lock().unwrap_or_default().as_millis();
        let idle = self.idle().as_millis();
        // That a commit was not waited for comes as a warning, which a role may have set to be left out.
        // A commit that waits for standbys' replay waits for their disks too; everything below `on` can
        // lose it.
        format!(
            "SET statement_timeout = {statement};
             SET lock_timeout = {lock};
             SET idle_in_transaction_session_timeout = {idle};
             SET default_transaction_isolation = 'read committed';
             SET jit = off;
             SET client_min_messages = 'warning';
             SELECT set_config('synchronous_commit', 'on', false)
             WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_may_take_as_long_on_a_replica_as_on_the_primary() {
        assert_eq!(Purpose::Replica.statement(), Purpose::Read.statement());
        assert_eq!(Purpose::Replica.patience(), Purpose::Read.patience());
    }

    #[test]
    fn the_client_waits_for_a_change_of_the_tables_as_long_as_for_a_copy() {
        assert_eq!(Purpose::Tables.patience(), Purpose::Bulk.patience());
        assert!(Purpose::Tables.patience() > Duration::from_secs(3600));
    }
}
