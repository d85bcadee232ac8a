//! What stands in a column, whichever database it is.

use std::error::Error;
use std::fmt::Write;

use bytes::BytesMut;
use rusqlite::types::{ToSql, ToSqlOutput, Value, ValueRef};
use tokio_postgres::types as postgres;

/// What stands in a column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    /// BLOB or BYTEA.
    Blob(Vec<u8>),
    /// BIGINT.
    Integer(i64),
    /// Nothing.
    Null,
    /// TEXT.
    Text(String),
}

impl Cell {
    /// In the text form of PostgreSQL's COPY.
    pub(super) fn write_copied(&self, line: &mut String) {
        // Writing to a String cannot fail.
        match self {
            Self::Null => line.push_str("\\N"),
            Self::Integer(integer) => {
                let _written = write!(line, "{integer}");
            }
            Self::Blob(octets) => {
                line.push_str("\\\\x");
                for octet in octets {
                    let _written = write!(line, "{octet:02x}");
                }
            }
            Self::Text(text) => {
                for c in text.chars() {
                    match c {
                        '\\' => line.push_str("\\\\"),
                        '\t' => line.push_str("\\t"),
                        '\n' => line.push_str("\\n"),
                        '\r' => line.push_str("\\r"),
                        c => line.push(c),
                    }
                }
            }
        }
    }
}

impl From<Value> for Cell {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Integer(integer) => Self::Integer(integer),
            // No column holds one.
            Value::Real(real) => Self::Text(real.to_string()),
            Value::Text(text) => Self::Text(text),
            Value::Blob(octets) => Self::Blob(octets),
        }
    }
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(integer) => ValueRef::Integer(*integer),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(octets) => ValueRef::Blob(octets),
        }))
    }
}

impl postgres::ToSql for Cell {
    fn to_sql(
        &self,
        ty: &postgres::Type,
        out: &mut BytesMut,
    ) -> Result<postgres::IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(postgres::IsNull::Yes),
            Self::Integer(integer) => postgres::ToSql::to_sql(integer, ty, out),
            Self::Text(text) => postgres::ToSql::to_sql(text, ty, out),
            Self::Blob(octets) => postgres::ToSql::to_sql(octets, ty, out),
        }
    }

    fn accepts(ty: &postgres::Type) -> bool {
        [postgres::Type::INT8, postgres::Type::TEXT, postgres::Type::BYTEA].contains(ty)
    }

    postgres::to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_copy_reads_differently_is_escaped() {
        let mut line = String::new();
        for cell in [
            Cell::Text("a\tb\\c\nd".to_owned()),
            Cell::Null,
            Cell::Integer(-7),
            Cell::Blob(vec![0, 0xab]),
        ] {
            cell.write_copied(&mut line);
            line.push('|');
        }

        assert_eq!(line, "a\\tb\\\\c\\nd|\\N|-7|\\\\x00ab|");
    }
}
