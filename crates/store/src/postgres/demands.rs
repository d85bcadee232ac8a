//! What a server has to be, so that what was answered is still there after it was killed.

use crate::sql::{self, Connection};

/// The oldest release of PostgreSQL that is known to work, as `server_version_num` tells it.
const OLDEST: i64 = 15_00_00;

/// What a user demands of the server.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Demands {
    /// Of its standbys.
    pub standby: Standby,
    /// Whether it may lose what it has committed.
    pub durability: Durability,
}

/// Whether commits wait for a standby.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Standby {
    /// They do where there is one.
    #[default]
    IfAny,
    /// They do, and there has to be one.
    Required,
    /// They need not: whoever makes a standby take over loses the last commits.
    Asynchronous,
}

/// Whether a server may lose what it has committed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Durability {
    /// It must not.
    #[default]
    Demanded,
    /// It may: for tests, whose servers are thrown away. Release builds do not have it.
    #[cfg(debug_assertions)]
    Spared,
}

/// What a server is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Found {
    version: i64,
    encoding: String,
    fsync: String,
    full_page_writes: String,
    synchronous_standby_names: String,
    standbys: i64,
}

/// Why a server is not one to keep keys on.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub enum UnfitServer {
    /// Its database is not whole yet.
    #[error("`cinnabar database copy` or `cinnabar restore` fills the database just now")]
    BeingFilled,
    /// It is too old.
    #[error("PostgreSQL {0} is too old: 15 or newer is needed")]
    TooOld(i64),
    /// Its texts are not Unicode's.
    #[error(
        "the database's encoding is {0}: create it anew with CREATE DATABASE … ENCODING 'UTF8' \
         TEMPLATE template0"
    )]
    Encoding(String),
    /// Commits do not reach its disk.
    #[error("the server has fsync = off: a power cut would lose what was answered; set fsync = on")]
    Fsync,
    /// Pages can be torn.
    #[error(
        "the server has full_page_writes = off: a power cut would tear pages; set \
         full_page_writes = on"
    )]
    FullPageWrites,
    /// A standby follows that commits do not wait for.
    #[error(
        "{0} standby follows the server, and commits do not wait for it: if it took over, answered \
         commits would be lost. Set synchronous_standby_names on the server (for example 'ANY 1 (*)'), or \
         accept the loss with [database] standby = \"asynchronous\""
    )]
    StandbyBehind(i64),
    /// Commits do not wait for a standby, and were to.
    #[error(
        "[database] standby = \"required\", and the server has no synchronous_standby_names: set it, \
         for example to 'ANY 1 (*)'"
    )]
    NoStandby,
}

/// Asks a server what it is.
pub(crate) fn ask(connection: &Connection) -> sql::Result<Found> {
    // Standbys are those that receive what is written; a backup goes away again.
    let sql = "SELECT CAST(current_setting('server_version_num') AS BIGINT),
                   CAST((SELECT pg_encoding_to_char(encoding) FROM pg_database
                         WHERE datname = current_database()) AS TEXT),
                   current_setting('fsync'), current_setting('full_page_writes'),
                   current_setting('synchronous_standby_names'),
                   (SELECT count(*) FROM pg_stat_replication
                    WHERE application_name NOT IN ('pg_basebackup', 'pg_receivewal'))";
    connection.prepare(sql)?.query_row([], |row| {
        Ok(Found {
            version: row.get(0)?,
            encoding: row.get(1)?,
            fsync: row.get(2)?,
            full_page_writes: row.get(3)?,
            synchronous_standby_names: row.get(4)?,
            standbys: row.get(5)?,
        })
    })
}

impl Demands {
    /// Whether a server is one to keep keys on; else the first reason why it is not.
    pub(crate) fn judge(self, found: &Found) -> Result<(), UnfitServer> {
        if found.version < OLDEST {
            return Err(UnfitServer::TooOld(found.version / 10_000));
        }
        if found.encoding != "UTF8" {
            return Err(UnfitServer::Encoding(found.encoding.clone()));
        }
        if self.durability == Durability::Demanded {
            if found.fsync != "on" {
                return Err(UnfitServer::Fsync);
            }
            if found.full_page_writes != "on" {
                return Err(UnfitServer::FullPageWrites);
            }
        }
        let waits = !found.synchronous_standby_names.trim().is_empty();
        match self.standby {
            Standby::IfAny if found.standbys > 0 && !waits => {
                Err(UnfitServer::StandbyBehind(found.standbys))
            }
            Standby::Required if !waits => Err(UnfitServer::NoStandby),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Found {
        Found {
            version: 15_00_18,
            encoding: "UTF8".to_owned(),
            fsync: "on".to_owned(),
            full_page_writes: "on".to_owned(),
            synchronous_standby_names: String::new(),
            standbys: 0,
        }
    }

    fn judged(standby: Standby, found: &Found) -> Result<(), UnfitServer> {
        Demands { standby, ..Demands::default() }.judge(found)
    }

    #[test]
    fn a_server_that_loses_nothing_is_taken() {
        assert_eq!(judged(Standby::IfAny, &good()), Ok(()));
    }

    #[test]
    fn each_fault_is_told_with_what_to_set() {
        let off = || "off".to_owned();
        for (found, said) in [
            (Found { version: 14_00_09, ..good() }, "PostgreSQL 14 is too old"),
            (Found { encoding: "LATIN1".to_owned(), ..good() }, "ENCODING 'UTF8'"),
            (Found { fsync: off(), ..good() }, "set fsync = on"),
            (Found { full_page_writes: off(), ..good() }, "full_page_writes = on"),
        ] {
            let refusal = judged(Standby::IfAny, &found).unwrap_err().to_string();
            assert!(refusal.contains(said), "{refusal}");
        }
    }

    #[test]
    fn commits_wait_for_a_standby_unless_somebody_accepts_the_loss() {
        let behind = Found { standbys: 1, ..good() };
        let waiting = Found { synchronous_standby_names: "ANY 1 (*)".to_owned(), ..behind.clone() };

        assert_eq!(judged(Standby::IfAny, &behind), Err(UnfitServer::StandbyBehind(1)));
        assert_eq!(judged(Standby::Required, &good()), Err(UnfitServer::NoStandby));
        assert_eq!(judged(Standby::Asynchronous, &behind), Ok(()));
        for standby in [Standby::IfAny, Standby::Required] {
            assert_eq!(judged(standby, &waiting), Ok(()));
        }
    }
}
