//! A prepared statement, and the rows that it finds.

use std::pin::Pin;

use rusqlite::CachedStatement;
use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio_postgres::RowStream;

use super::params::Given;
use super::postgres::{Prepared, Session};
use super::value::Value;
use super::{Error, Params, Result, Row};

/// A prepared statement.
pub(crate) enum Statement<'c> {
    /// Of SQLite, for this time alone.
    Once(rusqlite::Statement<'c>),
    /// Of SQLite.
    Sqlite(CachedStatement<'c>),
    /// Of PostgreSQL.
    Postgres(&'c Session, Prepared),
}

impl Statement<'_> {
    /// Runs it; how many rows it has written.
    pub(crate) fn execute(&mut self, params: impl Params) -> Result<usize> {
        match self {
            Self::Once(statement) => {
                bind(statement, params.given())?;
                Ok(statement.raw_execute()?)
            }
            Self::Sqlite(statement) => {
                bind(statement, params.given())?;
                Ok(statement.raw_execute()?)
            }
            Self::Postgres(session, prepared) => session.execute(prepared, params.given()),
        }
    }

    /// Runs it; its rows come one after the other.
    pub(crate) fn query(&mut self, params: impl Params) -> Result<Rows<'_>> {
        match self {
            Self::Once(statement) => {
                bind(statement, params.given())?;
                Ok(Rows::Sqlite(statement.raw_query()))
            }
            Self::Sqlite(statement) => {
                bind(statement, params.given())?;
                Ok(Rows::Sqlite(statement.raw_query()))
            }
            Self::Postgres(session, prepared) => {
                let stream = session.query(prepared, params.given())?;
                Ok(Rows::Postgres(Streamed { session, stream: Box::pin(stream), row: None }))
            }
        }
    }

    /// The first row that it finds, read.
    pub(crate) fn query_row<T>(
        &mut self,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut rows = self.query(params)?;
        let row = rows.next()?.ok_or(Error::NoRows)?;
        read(&row)
    }

    /// All rows that it finds, each read.
    pub(crate) fn query_map<T, F: FnMut(&Row<'_>) -> Result<T>>(
        &mut self,
        params: impl Params,
        read: F,
    ) -> Result<Mapped<'_, F>> {
        Ok(Mapped { rows: self.query(params)?, read })
    }

    /// Whether it finds a row.
    pub(crate) fn exists(&mut self, params: impl Params) -> Result<bool> {
        Ok(self.query(params)?.next()?.is_some())
    }
}

/// Rows that come one after the other.
pub(crate) enum Rows<'s> {
    /// Of SQLite.
    Sqlite(rusqlite::Rows<'s>),
    /// Of PostgreSQL.
    Postgres(Streamed<'s>),
}

/// Rows on their way from a server.
pub(crate) struct Streamed<'s> {
    session: &'s Session,
    stream: Pin<Box<RowStream>>,
    row: Option<tokio_postgres::Row>,
}

impl Rows<'_> {
    /// The next row; `None` after the last.
    pub(crate) fn next(&mut self) -> Result<Option<Row<'_>>> {
        match self {
            Self::Sqlite(rows) => Ok(rows.next()?.map(Row::Sqlite)),
            Self::Postgres(streamed) => {
                streamed.row = streamed.session.next(&mut streamed.stream)?;
                Ok(streamed.row.as_ref().map(Row::Postgres))
            }
        }
    }
}

/// Rows, read.
pub(crate) struct Mapped<'s, F> {
    rows: Rows<'s>,
    read: F,
}

impl<T, F: FnMut(&Row<'_>) -> Result<T>> Iterator for Mapped<'_, F> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        match self.rows.next() {
            Ok(Some(row)) => Some((self.read)(&row)),
            Ok(None) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

fn bind(statement: &mut rusqlite::Statement<'_>, given: Given<'_>) -> Result<()> {
    match given {
        Given::Positional(values) => {
            // What is bound stays bound from one use to the next.
            if values.len() != statement.parameter_count() {
                return Err(unknown(&statement.parameter_count().to_string()));
            }
            for (number, value) in (1..).zip(values) {
                statement.raw_bind_parameter(number, output(value))?;
            }
        }
        Given::Named(values) => {
            for (name, value) in values {
                let number = statement.parameter_index(name)?;
                let number = number.ok_or_else(|| unknown(name))?;
                statement.raw_bind_parameter(number, output(value))?;
            }
        }
    }
    Ok(())
}

fn unknown(name: &str) -> Error {
    Error::Unwritable(format!("the statement has no parameter {name}").into())
}

fn output(value: Value<'_>) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(match value {
        Value::Null => ValueRef::Null,
        Value::Integer(number) => ValueRef::Integer(number),
        Value::Text(text) => ValueRef::Text(text.as_bytes()),
        Value::Blob(octets) => ValueRef::Blob(octets),
    })
}
