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
}
