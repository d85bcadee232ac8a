//! Values on their way to PostgreSQL and back, in its binary form.

use std::error::Error as StdError;

use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::sql::value::{Value, WrongType};

type Failed = Box<dyn StdError + Send + Sync>;

/// A column as it stands in a row.
#[derive(Debug)]
pub(crate) struct Raw<'a>(pub(crate) Value<'a>);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(kind: &Type, octets: &'a [u8]) -> Result<Self, Failed> {
        Ok(Self(match *kind {
            Type::BOOL => Value::Integer(i64::from(bool::from_sql(kind, octets)?)),
            Type::INT2 => Value::Integer(i64::from(i16::from_sql(kind, octets)?)),
            Type::INT4 => Value::Integer(i64::from(i32::from_sql(kind, octets)?)),
            Type::INT8 => Value::Integer(i64::from_sql(kind, octets)?),
            Type::TEXT | Type::VARCHAR | Type::NAME | Type::UNKNOWN => {
                Value::Text(<&str>::from_sql(kind, octets)?)
            }
            Type::BYTEA => Value::Blob(octets),
            _ => return Err(WrongType("any kind of value").into()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failed> {
        Ok(Self(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A parameter, written as the kind that the statement wants.
#[derive(Debug)]
pub(crate) struct Bound<'a>(pub(crate) Value<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Failed> {
        match (self.0, kind) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Integer(number), &Type::INT8) => number.to_sql(kind, out),
            (Value::Integer(number), &Type::INT4) => i32::try_from(number)?.to_sql(kind, out),
            (Value::Integer(number), &Type::INT2) => i16::try_from(number)?.to_sql(kind, out),
            (Value::Integer(number), &Type::BOOL) => (number != 0).to_sql(kind, out),
            // The server has no texts with one, and would undo the whole transaction.
            (Value::Text(text), _) if text.contains('\0') => {
                Err(WrongType("a text without NUL").into())
            }
            (Value::Text(text), &Type::TEXT | &Type::VARCHAR | &Type::NAME | &Type::UNKNOWN) => {
                text.to_sql(kind, out)
            }
            (Value::Blob(octets), &Type::BYTEA) => octets.to_sql(kind, out),
            _ => Err(WrongType("what the statement wants").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A parameter of a query. No text of the server's has a NUL, so one that is asked for is another text
/// that none is either: a query for it finds nothing, as it would in a file.
#[derive(Debug)]
pub(crate) struct Sought<'a>(pub(crate) Bound<'a>);

/// Two characters that are none (Unicode 23.7), in place of a NUL.
const NOWHERE: &str = "\u{fdd0}\u{10ffff}";

impl ToSql for Sought<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Failed> {
        match self.0.0 {
            Value::Text(text) if text.contains('\0') => {
                Bound(Value::Text(&text.replace('\0', NOWHERE))).to_sql(kind, out)
            }
            _ => self.0.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
