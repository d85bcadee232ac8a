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
