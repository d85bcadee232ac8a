//! How a statement can fail.

use std::error::Error as StdError;

use rusqlite::{ErrorCode, ffi};
use tokio_postgres::error::{DbError, Severity, SqlState};

use crate::UnfitServer;

/// How a statement failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// No row, where one was to be there.
    #[error("there is no such row")]
    NoRows,
    /// A column is not what it has to be; its number.
    #[error("column {0} cannot be read")]
    Column(usize, #[source] Box<dyn StdError + Send + Sync>),
    /// A value cannot be written.
    #[error("a value cannot be written")]
    Unwritable(#[source] Box<dyn StdError + Send + Sync>),
    /// SQLite's.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL's, or of the connection to it.
    #[error("{}", worded(.0))]
    Postgres(#[from] tokio_postgres::Error),
    /// PostgreSQL did not answer in time.
    #[error("the database did not answer within {0} s")]
    Late(u64),
    /// Nobody uses the connection any more.
    #[error("the connection is closed")]
    Closed,
    /// Somebody has ended a commit's wait for a standby: the server has it, and a standby may not.
    #[error("the wait of a commit for its standby was cut short")]
    Unreplicated,
    /// The server is not one to write to.
    #[error(transparent)]
    Unfit(#[from] UnfitServer),
}

/// What a statement gives.
pub(crate) type Result<T> = std::result::Result<T, Error>;

/// What an error means for a change set.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Class {
    /// A row is there already, a unique name is taken, or an owner has gone away.
    Constraint,
    /// The value or the row is at fault, and nothing else.
    Value,
    /// The engine or the connection: nothing can be said of the statement.
    Engine,
}

impl Error {
    /// What the error means for a change set.
    pub(crate) fn class(&self) -> Class {
        match self {
            Self::NoRows | Self::Column(..) | Self::Unwritable(_) => Class::Value,
            Self::Sqlite(error) => match error.sqlite_error_code() {
                Some(ErrorCode::ConstraintViolation) => Class::Constraint,
                Some(ErrorCode::TooBig | ErrorCode::TypeMismatch) | None => Class::Value,
                Some(_) => Class::Engine,
            },
            Self::Postgres(error) => error.code().map_or(Class::Engine, class),
            Self::Late(_) | Self::Closed | Self::Unreplicated | Self::Unfit(_) => Class::Engine,
        }
    }

    /// Whether the connection is of no use any more, and nobody knows what became of a commit on it.
    pub(crate) fn is_disconnected(&self) -> bool {
        match self {
            Self::Late(_) | Self::Closed | Self::Unreplicated => true,
            // An answer of the server comes with its state; 57P0x is a server that goes away.
            Self::Postgres(error) => error.as_db_error().is_none_or(|told| {
                let state = told.code().code();
                is_last_word(told) || ["57P", "08"].iter().any(|class| state.starts_with(class))
            }),
            _ => false,
        }
    }

    /// Whether the server had its time and said nothing.
    pub(crate) fn is_late(&self) -> bool {
        matches!(self, Self::Late(_))
    }

    /// Whether the transaction only had to give way to another one: 40 is a rolled back transaction, a
    /// deadlock among them; 55P03 a lock that did not come in time, 57014 a statement that took too long.
    pub(crate) fn is_passing(&self) -> bool {
        let Self::Postgres(error) = self else { return false };
        let is_rolled_back = error.code().is_some_and(|state| state.code().starts_with("40"));
        is_rolled_back || self.is_lock_timeout()
    }

    /// Whether a lock did not come in time, or the statement did not end in time: those that write wait
    /// for nothing else that long.
    pub(crate) fn is_lock_timeout(&self) -> bool {
        let late = [&SqlState::LOCK_NOT_AVAILABLE, &SqlState::QUERY_CANCELED];
        matches!(self, Self::Postgres(error) if error.code().is_some_and(|code| late.contains(&code)))
    }

    /// Whether a number was divided by zero.
    pub(crate) fn is_division_by_zero(&self) -> bool {
        matches!(self, Self::Postgres(error) if error.code() == Some(&SqlState::DIVISION_BY_ZERO))
    }

    /// Whether what the engine has on its disk is damaged, or does not come from the disk. XX is what
    /// PostgreSQL says where it finds what cannot be (XX001 a page, XX002 an index), 58030 an error of
    /// reading, 58P01 a file that is not there.
    pub(crate) fn is_damage(&self) -> bool {
        match self {
            Self::Sqlite(error) => match error.sqlite_error_code() {
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => true,
                Some(ErrorCode::SystemIoFailure) => {
                    error.sqlite_error().is_some_and(|told| UNREAD.contains(&told.extended_code))
                }
                _ => false,
            },
            Self::Postgres(error) => error.code().is_some_and(|code| {
                code.code().starts_with("XX")
                    || [&SqlState::IO_ERROR, &SqlState::UNDEFINED_FILE].contains(&code)
            }),
            _ => false,
        }
    }

    /// Whether SQLite's disk is full.
    pub(crate) fn is_full_disk(&self) -> bool {
        matches!(self, Self::Sqlite(error) if error.sqlite_error_code() == Some(ErrorCode::DiskFull))
    }
}

/// What SQLite says of octets that the disk does not give, or gives too few or other ones of.
const UNREAD: [i32; 4] = [
    ffi::SQLITE_IOERR_READ,
    ffi::SQLITE_IOERR_SHORT_READ,
    ffi::SQLITE_IOERR_CORRUPTFS,
    ffi::SQLITE_IOERR_DATA,
];

/// Whether the server ends the session with it.
fn is_last_word(told: &DbError) -> bool {
    matches!(told.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
}

/// By the classes of PostgreSQL's appendix A: 23 is an integrity constraint, 22 a value.
fn class(state: &SqlState) -> Class {
    match state.code().get(..2) {
        Some("23") => Class::Constraint,
        Some("22") => Class::Value,
        _ => Class::Engine,
    }
}

/// The server's own words, which the client's error keeps inside.
fn worded(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(told) => format!("PostgreSQL: {} ({})", told.message(), told.code().code()),
        None => match error.source() {
            Some(cause) => format!("PostgreSQL: {error}: {cause}"),
            None => format!("PostgreSQL: {error}"),
        },
    }
}

/// Makes of a missing row nothing.
pub(crate) trait OptionalExtension<T> {
    /// `None` where there is no such row.
    fn optional(self) -> Result<Option<T>>;
}

impl<T> OptionalExtension<T> for Result<T> {
    fn optional(self) -> Result<Option<T>> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(Error::NoRows) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use postgres_cluster::{Cluster, TestDatabase};

    use super::*;
    use crate::sql::postgres::{Purpose, Session};

    #[test]
    fn what_a_file_does_not_give_is_damage_and_what_it_does_not_take_is_not() {
        let is_damage = |code| {
            let told = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            Error::from(told).is_damage()
        };

        for code in [ffi::SQLITE_IOERR_READ, ffi::SQLITE_CORRUPT_VTAB, ffi::SQLITE_NOTADB] {
            assert!(is_damage(code), "{code}");
        }
        for code in [ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_BUSY] {
            assert!(!is_damage(code), "{code}");
        }
    }

    #[test]
    fn what_a_server_says_of_its_disk_is_damage_and_other_errors_are_not() {
        let database = TestDatabase::new(&Cluster::shared());
        let address = database.url().parse().unwrap();
        let session = Session::connect(&address, Purpose::Read).unwrap();
        let is_damage = |code: &str| {
            let raised = format!("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$");
            session.run(&raised).unwrap_err().is_damage()
        };

        for code in ["XX000", "XX001", "XX002", "58030", "58P01"] {
            assert!(is_damage(code), "{code}");
        }
        for code in ["53100", "57014", "22021", "42501"] {
            assert!(!is_damage(code), "{code}");
        }
    }
}
