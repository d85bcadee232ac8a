//! Rows of a table in the order of their keys, in the form that does not depend on the engine.
//!
//! Two columns are told otherwise than they are kept. The place of a revocation counts from 1 for each
//! issuer, whatever numbers the engine gives; and what a CRL has told `through` is how many revocations of
//! its authority that were.

use super::encoded::{Cell, encode};
use super::{ContentsError, Table};
use crate::sql::{Connection, Row, ToSql, Value, params};

/// The table whose order of rows is kept.
pub(super) const REVOCATIONS: &str = "revocations";
/// The table that names places in that order.
pub(super) const HEADS: &str = "crl_heads";

/// From where to read on.
pub(super) enum Start {
    /// The first row.
    First,
    /// The row after the one with this key.
    After(Vec<Key>),
    /// The row after as many.
    Past(u64),
}

/// A column of a key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Key {
    Number(i64),
    Text(String),
}

impl ToSql for Key {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Number(number) => Value::Integer(*number),
            Self::Text(text) => Value::Text(text),
        }
    }
}

/// Gives each row of `table` from `start` on to `each`.
pub(super) fn stream(
    connection: &Connection,
    table: &Table,
    start: &Start,
    each: &mut dyn FnMut(&[u8]) -> Result<(), ContentsError>,
) -> Result<(), ContentsError> {
    let after = match start {
        Start::After(key) => {
            let places: Vec<String> = (1..=key.len()).map(|place| format!("?{place}")).collect();
            format!("WHERE ({}) > ({})", table.key.join(", "), places.join(", "))
        }
        Start::First | Start::Past(_) => String::new(),
    };
    let columns: Vec<String> =
        table.columns.iter().map(|(column, _)| expression(connection, table, column)).collect();
    let order: Vec<&str> =
        table.key.iter().map(|column| key_column(connection, table, column)).collect();
    let sql = format!(
        "SELECT {} FROM {} {after} ORDER BY {}",
        columns.join(", "),
        table.name,
        order.join(", ")
    );
    let mut statement = connection.prepare(&sql)?;
    let mut rows = match start {
        Start::After(key) => {
            let key: Vec<&dyn ToSql> = key.iter().map(|column| column as &dyn ToSql).collect();
            statement.query(key.as_slice())?
        }
        Start::First | Start::Past(_) => statement.query(params![])?,
    };
    let mut order = Ordinal::of(table);
    let mut passed = 0;
    let mut octets = Vec::new();
    while let Some(row) = rows.next()? {
        octets.clear();
        for number in 0..table.width() {
            match order.as_mut().filter(|order| order.column == number) {
                Some(order) => encode(Cell::Number(order.next(&row)?), &mut octets),
                None => encode(row.value(number)?.into(), &mut octets),
            }
        }
        if matches!(start, Start::Past(rows) if passed < *rows) {
            passed += 1;
            continue;
        }
        each(&octets)?;
    }
    Ok(())
}

/// The column that has the order of the revocations.
fn key_column(connection: &Connection, table: &Table, column: &'static str) -> &'static str {
    match connection {
        Connection::Sqlite(_) if table.name == REVOCATIONS && column == "place" => "rowid",
        _ => column,
    }
}

/// What is read for a column.
fn expression(connection: &Connection, table: &Table, column: &'static str) -> String {
    if table.name == HEADS && column == "through" {
        let place = if connection.is_shared() { "place" } else { "rowid" };
        return format!(
            "CASE WHEN through IS NOT NULL THEN
                 (SELECT count(*) FROM revocations
                  WHERE revocations.issuer = crl_heads.authority
                        AND revocations.{place} <= crl_heads.through) END"
        );
    }
    key_column(connection, table, column).to_owned()
}

/// Counts the revocations of an issuer; they come in the order of their places.
struct Ordinal {
    column: usize,
    issuer: String,
    last: i64,
}

impl Ordinal {
    fn of(table: &Table) -> Option<Self> {
        let column = (table.name == REVOCATIONS).then(|| table.column("place"))??;
        Some(Self { column, issuer: String::new(), last: 0 })
    }

    fn next(&mut self, row: &Row<'_>) -> Result<i64, ContentsError> {
        // The issuer is the first column.
        let issuer: String = row.get(0)?;
        if issuer != self.issuer {
            (self.issuer, self.last) = (issuer, 0);
        }
        self.last += 1;
        Ok(self.last)
    }
}

/// How many rows a table has. A file's indexes are not asked: they may say otherwise.
pub(super) fn count(connection: &Connection, table: &Table) -> Result<u64, ContentsError> {
    let sql = match connection {
        Connection::Sqlite(_) => format!("SELECT count(*) FROM {} NOT INDEXED", table.name),
        Connection::Postgres(_) => format!("SELECT count(*) FROM {}", table.name),
    };
    let rows: i64 = connection.prepare(&sql)?.query_row([], |row| row.get(0))?;
    Ok(u64::try_from(rows).unwrap_or(0))
}

/// The key of the last row of a table.
pub(super) fn last_key(
    connection: &Connection,
    table: &Table,
) -> Result<Option<Vec<Key>>, ContentsError> {
    let order: Vec<String> = table.key.iter().map(|column| format!("{column} DESC")).collect();
    let sql = format!(
        "SELECT {} FROM {} ORDER BY {} LIMIT 1",
        table.key.join(", "),
        table.name,
        order.join(", ")
    );
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let key = (0..table.key.len()).map(|number| match row.value(number)? {
        Value::Integer(number) => Ok(Key::Number(number)),
        Value::Text(text) => Ok(Key::Text(text.to_owned())),
        Value::Null | Value::Blob(_) => Err(super::MalformedRow.into()),
    });
    key.collect::<Result<_, ContentsError>>().map(Some)
}
