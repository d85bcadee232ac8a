//! A row that a query found.

use super::postgres::Raw;
use super::value::{FromSql, Value, WrongType};
use super::{Error, Result};

/// A row, while it is being read.
pub(crate) enum Row<'a> {
    /// Of SQLite.
    Sqlite(&'a rusqlite::Row<'a>),
    /// Of PostgreSQL.
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// The column with this number, from zero, read.
    pub(crate) fn get<T: FromSql>(&self, index: usize) -> Result<T> {
        T::from_value(self.value(index)?).map_err(|error| Error::Column(index, error))
    }

    /// The column with this number where it stands.
    pub(crate) fn value(&self, index: usize) -> Result<Value<'_>> {
        let of_another_kind = || Error::Column(index, WrongType("any kind of value").into());
        match self {
            Row::Sqlite(row) => match row.get_ref(index)? {
                rusqlite::types::ValueRef::Null => Ok(Value::Null),
                rusqlite::types::ValueRef::Integer(number) => Ok(Value::Integer(number)),
                rusqlite::types::ValueRef::Text(text) => std::str::from_utf8(text)
                    .map(Value::Text)
                    .map_err(|error| Error::Column(index, error.into())),
                rusqlite::types::ValueRef::Blob(octets) => Ok(Value::Blob(octets)),
                rusqlite::types::ValueRef::Real(_) => Err(of_another_kind()),
            },
            Row::Postgres(row) => Ok(row.try_get::<_, Raw<'_>>(index)?.0),
        }
    }

    /// The column with this number as people can read it, whatever it holds.
    pub(crate) fn shown(&self, index: usize) -> Result<String> {
        let text = match self {
            Row::Sqlite(row) => match row.get_ref(index)? {
                rusqlite::types::ValueRef::Real(number) => number.to_string(),
                rusqlite::types::ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                rusqlite::types::ValueRef::Null => "(nothing)".to_owned(),
                rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                rusqlite::types::ValueRef::Blob(octets) => format!("x'{}'", hex::encode(octets)),
            },
            Row::Postgres(_) => match self.value(index)? {
                Value::Null => "(nothing)".to_owned(),
                Value::Integer(number) => number.to_string(),
                Value::Text(text) => text.to_owned(),
                Value::Blob(octets) => format!("x'{}'", hex::encode(octets)),
            },
        };
        // One line, and nothing that a terminal obeys.
        let plain = text.chars().flat_map(|c| match c.is_control() {
            true => c.escape_default().collect::<Vec<char>>(),
            false => vec![c],
        });
        Ok(plain.collect())
    }
}
