//! A row as octets that do not depend on the engine.
//!
//! For each column: 0 for nothing; 1 and a number of 64 bits; 2 or 3, a length of 32 bits, and the
//! octets of a text or of a blob. All numbers are big-endian.

use crate::sql::Value;

const NULL: u8 = 0;
const NUMBER: u8 = 1;
const TEXT: u8 = 2;
const OCTETS: u8 = 3;

/// A column of a row.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Nothing,
    /// A number.
    Number(i64),
    /// Octets.
    Octets(&'a [u8]),
    /// A text.
    Text(&'a str),
}

/// The octets are not those of a row.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a row is malformed")]
pub struct MalformedRow;

/// Appends a cell to a row.
pub fn encode(cell: Cell<'_>, row: &mut Vec<u8>) {
    match cell {
        Cell::Nothing => row.push(NULL),
        Cell::Number(number) => {
            row.push(NUMBER);
            row.extend_from_slice(&number.to_be_bytes());
        }
        Cell::Text(text) => counted(TEXT, text.as_bytes(), row),
        Cell::Octets(octets) => counted(OCTETS, octets, row),
    }
}

fn counted(kind: u8, octets: &[u8], row: &mut Vec<u8>) {
    row.push(kind);
    // Neither engine keeps a value of four gigabytes.
    row.extend_from_slice(&u32::try_from(octets.len()).unwrap_or(u32::MAX).to_be_bytes());
    row.extend_from_slice(octets);
}

/// The cells of a row.
///
/// # Errors
///
/// When the octets are not those of a row.
pub fn cells(row: &[u8]) -> Result<Vec<Cell<'_>>, MalformedRow> {
    let mut rest = row;
    let mut cells = Vec::new();
    while let Some((&kind, after)) = rest.split_first() {
        let (cell, after) = match kind {
            NULL => (Cell::Nothing, after),
            NUMBER => {
                let (number, after) = after.split_first_chunk().ok_or(MalformedRow)?;
                (Cell::Number(i64::from_be_bytes(*number)), after)
            }
            TEXT | OCTETS => {
                let (length, after) = after.split_first_chunk().ok_or(MalformedRow)?;
                let length =
                    usize::try_from(u32::from_be_bytes(*length)).map_err(|_| MalformedRow)?;
                let (octets, after) = after.split_at_checked(length).ok_or(MalformedRow)?;
                let cell = match kind {
                    TEXT => Cell::Text(std::str::from_utf8(octets).map_err(|_| MalformedRow)?),
                    _ => Cell::Octets(octets),
                };
                (cell, after)
            }
            _ => return Err(MalformedRow),
        };
        cells.push(cell);
        rest = after;
    }
    Ok(cells)
}

impl<'a> From<Value<'a>> for Cell<'a> {
    fn from(value: Value<'a>) -> Self {
        match value {
            Value::Null => Self::Nothing,
            Value::Integer(number) => Self::Number(number),
            Value::Text(text) => Self::Text(text),
            Value::Blob(octets) => Self::Octets(octets),
        }
    }
}

impl crate::sql::ToSql for Cell<'_> {
    fn value(&self) -> Value<'_> {
        match *self {
            Self::Nothing => Value::Null,
            Self::Number(number) => Value::Integer(number),
            Self::Text(text) => Value::Text(text),
            Self::Octets(octets) => Value::Blob(octets),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELLS: [Cell<'_>; 4] =
        [Cell::Text("a\u{e9}"), Cell::Nothing, Cell::Number(-5), Cell::Octets(&[0, 255])];

    fn row() -> Vec<u8> {
        let mut row = Vec::new();
        CELLS.into_iter().for_each(|cell| encode(cell, &mut row));
        row
    }

    #[test]
    fn what_was_written_is_read_back() {
        assert_eq!(cells(&row()).unwrap(), CELLS);
    }

    #[test]
    fn a_row_that_is_cut_off_inside_a_cell_is_refused() {
        let row = row();

        assert_eq!(cells(&row[..row.len() - 1]), Err(MalformedRow));
        assert_eq!(cells(&[9]), Err(MalformedRow));
        assert_eq!(cells(&[TEXT, 0, 0, 0, 1, 0xff]), Err(MalformedRow));
    }
}
