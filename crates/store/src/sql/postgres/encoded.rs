//! Parameters that are in PostgreSQL's binary form already, one value or many.

use std::error::Error as StdError;

use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, Kind, ToSql, Type, to_sql_checked};

use super::values::Bound;
use crate::sql::value::Value;
use crate::sql::{Error, Result};

/// A parameter: the values of a column, to be sent as an array, or the only one of them.
#[derive(Debug)]
pub(crate) enum Encoded {
    /// As an array.
    All(Column),
    /// The first value alone.
    First(Column),
}

/// Values of one kind, each with its length before it as arrays have it.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    kind: Type,
    count: i32,
    has_null: bool,
    octets: BytesMut,
}

impl Column {
    /// None so far.
    pub(crate) fn new(kind: Type) -> Self {
        Self { kind, count: 0, has_null: false, octets: BytesMut::new() }
    }

    /// The values of an array.
    pub(crate) fn of<'a>(kind: Type, values: impl Iterator<Item = Value<'a>>) -> Result<Encoded> {
        let mut column = Self::new(kind);
        values.into_iter().try_for_each(|value| column.push(value))?;
        Ok(Encoded::All(column))
    }

    /// One value.
    pub(crate) fn one(kind: Type, value: Value<'_>) -> Result<Encoded> {
        let mut column = Self::new(kind);
        column.push(value)?;
        Ok(Encoded::First(column))
    }

    /// Adds a value.
    ///
    /// # Errors
    ///
    /// When it is of another kind.
    pub(crate) fn push(&mut self, value: Value<'_>) -> Result<()> {
        let before = self.octets.len();
        self.octets.extend_from_slice(&[0xff; 4]);
        let written = Bound(value).to_sql(&self.kind, &mut self.octets).map_err(Error::Unwritable);
        match written {
            Ok(IsNull::Yes) => self.has_null = true,
            Ok(IsNull::No) => {
                let length = self.octets.len() - before - 4;
                let length = i32::try_from(length).map_err(|e| Error::Unwritable(e.into()))?;
                if let Some(place) = self.octets.get_mut(before..before + 4) {
                    place.copy_from_slice(&length.to_be_bytes());
                }
            }
            Err(error) => {
                self.octets.truncate(before);
                return Err(error);
            }
        }
        self.count += 1;
        Ok(())
    }

    /// How many values there are.
    pub(crate) fn count(&self) -> i32 {
        self.count
    }
}

impl ToSql for Encoded {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn StdError + Send + Sync>> {
        match self {
            Self::First(column) => {
                let Some((length, rest)) = column.octets.split_first_chunk::<4>() else {
                    return Ok(IsNull::Yes);
                };
                let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
                    return Ok(IsNull::Yes);
                };
                out.extend_from_slice(rest.get(..length).unwrap_or_default());
            }
            Self::All(column) => {
                let Kind::Array(member) = kind.kind() else {
                    return Err("the statement wants no array".into());
                };
                // Dimensions, whether there are NULLs, the kind; then the length and the lower bound of
                // the one dimension.
                let dimensions = i32::from(column.count > 0);
                out.extend_from_slice(&dimensions.to_be_bytes());
                out.extend_from_slice(&i32::from(column.has_null).to_be_bytes());
                out.extend_from_slice(&member.oid().to_be_bytes());
                if dimensions > 0 {
                    out.extend_from_slice(&column.count.to_be_bytes());
                    out.extend_from_slice(&1_i32.to_be_bytes());
                }
                out.extend_from_slice(&column.octets);
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
