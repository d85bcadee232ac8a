//! Reads the columns of a row one after the other.

use std::error::Error;
use std::str::FromStr;

use ledger::{Timestamp, Version, Versioned};

use super::texts::Text;
use crate::sql::{self, FromSql, Row, Value, WrongType};

/// Why a row cannot be.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a stored row is not possible: {0}")]
pub(crate) struct ImpossibleRow(pub(crate) &'static str);

/// The columns of a row that were not read yet.
pub(crate) struct Columns<'a> {
    row: &'a Row<'a>,
    next: usize,
}

impl<'a> Columns<'a> {
    /// All columns of `row`.
    pub(crate) fn of(row: &'a Row<'a>) -> Self {
        Self { row, next: 0 }
    }

    /// The next column as it is stored.
    pub(crate) fn take<T: FromSql>(&mut self) -> sql::Result<T> {
        let value = self.row.get(self.next);
        self.next += 1;
        value
    }

    /// Leaves the next column alone.
    pub(crate) fn pass(&mut self) {
        self.next += 1;
    }

    /// The next column, a text that says how it is read.
    pub(crate) fn parse<T: FromStr<Err: Error + Send + Sync + 'static>>(
        &mut self,
    ) -> sql::Result<T> {
        self.convert(|text: String| text.parse())
    }

    /// The next column, the same when it is there.
    pub(crate) fn parse_optional<T: FromStr<Err: Error + Send + Sync + 'static>>(
        &mut self,
    ) -> sql::Result<Option<T>> {
        self.convert(|text: Option<String>| text.map(|text| text.parse()).transpose())
    }

    /// The next column, one of the texts of a choice.
    pub(crate) fn choose<T: Text>(&mut self) -> sql::Result<T> {
        self.convert(|text: String| T::from_text(&text).ok_or(ImpossibleRow(T::WHAT)))
    }

    /// The next column, a time.
    pub(crate) fn time(&mut self) -> sql::Result<Timestamp> {
        Ok(Timestamp::from_millis(self.take()?))
    }

    /// The next column, made into something else.
    pub(crate) fn convert<S: FromSql, T, E: Error + Send + Sync + 'static>(
        &mut self,
        convert: impl FnOnce(S) -> Result<T, E>,
    ) -> sql::Result<T> {
        let index = self.next;
        let stored = self.take()?;
        convert(stored).map_err(|error| sql::Error::Column(index, Box::new(error)))
    }

    /// The next column, a text that is read where it stands.
    pub(crate) fn convert_text<T, E: Error + Send + Sync + 'static>(
        &mut self,
        convert: impl FnOnce(&str) -> Result<T, E>,
    ) -> sql::Result<T> {
        let index = self.next;
        self.next += 1;
        match self.row.value(index)? {
            Value::Text(text) => {
                convert(text).map_err(|error| sql::Error::Column(index, Box::new(error)))
            }
            _ => Err(sql::Error::Column(index, WrongType("a text").into())),
        }
    }

    /// The version in the next column, then the value in the columns after it.
    pub(crate) fn versioned<T>(
        &mut self,
        value: impl FnOnce(&mut Self) -> sql::Result<T>,
    ) -> sql::Result<Versioned<T>> {
        let version = Version(self.take()?);
        Ok(Versioned { value: value(self)?, version })
    }

    /// The error of a row whose columns contradict each other.
    pub(crate) fn impossible(&self, why: &'static str) -> sql::Error {
        sql::Error::Column(self.next, Box::new(ImpossibleRow(why)))
    }
}
