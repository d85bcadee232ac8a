//! Rows in the form of PostgreSQL's `COPY … WITH (FORMAT binary)`.

use super::{Cell, MalformedRow};

/// The signature, no flags, and no extension of the header.
const HEADER: &[u8; 19] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// Rows, one after the other, and the end of them.
pub(super) struct PostgresForm(Vec<u8>);

impl PostgresForm {
    pub(super) fn new() -> Self {
        Self(HEADER.to_vec())
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), MalformedRow> {
        let width = i16::try_from(cells.len()).map_err(|_| MalformedRow)?;
        self.0.extend_from_slice(&width.to_be_bytes());
        for cell in cells {
            match cell {
                Cell::Nothing => self.0.extend_from_slice(&(-1_i32).to_be_bytes()),
                Cell::Number(number) => self.field(&number.to_be_bytes())?,
                Cell::Octets(octets) => self.field(octets)?,
                Cell::Text(text) => self.field(text.as_bytes())?,
            }
        }
        Ok(())
    }

    /// All of it.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.0.extend_from_slice(&(-1_i16).to_be_bytes());
        self.0
    }

    fn field(&mut self, octets: &[u8]) -> Result<(), MalformedRow> {
        let length = i32::try_from(octets.len()).map_err(|_| MalformedRow)?;
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(octets);
        Ok(())
    }
}
