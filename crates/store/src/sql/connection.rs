//! A connection to a database of either engine.

use std::ops::Deref;
use std::time::Duration;

use super::Result;
use super::postgres::Session;
use super::statement::Statement;
#[cfg(test)]
use super::{Params, Row};

/// A connection.
#[expect(clippy::large_enum_variant, reason = "there are few, and none is moved about")]
pub(crate) enum Connection {
    /// To a file.
    Sqlite(rusqlite::Connection),
    /// To a server.
    Postgres(Session),
}

impl Connection {
    /// Prepares a statement, or finds it prepared before.
    pub(crate) fn prepare_cached(&self, sql: &str) -> Result<Statement<'_>> {
        match self {
            Self::Sqlite(connection) => Ok(Statement::Sqlite(connection.prepare_cached(sql)?)),
            Self::Postgres(session) => Ok(Statement::Postgres(session, session.prepare(sql)?)),
        }
    }

    /// Prepares a statement that is not worth keeping.
    pub(crate) fn prepare(&self, sql: &str) -> Result<Statement<'_>> {
        match self {
            Self::Sqlite(connection) => Ok(Statement::Once(connection.prepare(sql)?)),
            Self::Postgres(session) => Ok(Statement::Postgres(session, session.prepare_once(sql)?)),
        }
    }

    /// The one row that a query finds.
    #[cfg(test)]
    pub(crate) fn query_row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.prepare_cached(sql)?.query_row(params, read)
    }

    /// Runs statements without parameters or results, one after the other.
    pub(crate) fn execute_batch(&self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(connection) => Ok(connection.execute_batch(sql)?),
            Self::Postgres(session) => session.run(sql),
        }
    }

    /// Begins to read one state of the database, until the guard goes away.
    pub(crate) fn reading(&self) -> Result<Reading<'_>> {
        self.execute_batch(match self {
            Self::Sqlite(_) => "BEGIN DEFERRED",
            Self::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        })?;
        Ok(Reading(self))
    }

    /// Begins to read one state of the database, which is that of now, for as long as the connection is
    /// open or until it is asked again. What was begun before ends.
    pub(crate) fn begin_again(&self) -> Result<()> {
        if let Self::Sqlite(connection) = self
            && connection.is_autocommit()
        {
            return self.execute_batch("BEGIN DEFERRED");
        }
        self.execute_batch(match self {
            Self::Sqlite(_) => "ROLLBACK; BEGIN DEFERRED",
            Self::Postgres(_) => "ROLLBACK; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        })
    }

    /// Asks what is answered at once, and waits for a server no longer than this for each answer.
    pub(crate) fn hurried<T>(&self, patience: Duration, ask: impl FnOnce(&Self) -> T) -> T {
        match self {
            Self::Sqlite(_) => ask(self),
            Self::Postgres(session) => {
                let before = session.wait_at_most(patience);
                let answered = ask(self);
                session.wait_at_most(before);
                answered
            }
        }
    }

    /// Whether the server has gone away, as far as is known.
    pub(crate) fn is_closed(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres(session) => session.is_closed(),
        }
    }

    /// Whether a server has the database, and several processes may write to it at once.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }
}

/// A connection that reads one state of the database.
pub(crate) struct Reading<'a>(&'a Connection);

impl Deref for Reading<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.0
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        // A connection that is lost has nothing left to end.
        let _lost = self.0.execute_batch("ROLLBACK");
    }
}

#[cfg(test)]
impl Connection {
    /// An empty database in memory, in the shape of this release.
    pub(crate) fn in_memory() -> Self {
        let mut connection = rusqlite::Connection::open_in_memory().unwrap();
        crate::migrations::apply(&mut connection).unwrap();
        Self::Sqlite(connection)
    }

    /// The steps in which SQLite would run a statement. Parameters need no values.
    pub(crate) fn plan(&self, sql: &str) -> Vec<String> {
        let Self::Sqlite(connection) = self else { panic!("a plan of SQLite") };
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = statement.raw_query().mapped(|row| row.get::<_, String>(3));
        steps.map(std::result::Result::unwrap).collect()
    }
}
