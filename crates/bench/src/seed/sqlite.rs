//! Copies into the file of a stopped server.

use std::path::Path;

use rusqlite::{Connection, Statement};

use super::cell::Cell;
use super::made::Made;
use super::template::{Row, TABLES, Template, unlike};
use crate::failure::Failure;

/// The file of a stopped server.
pub(crate) struct File {
    connection: Connection,
}

impl File {
    /// Opens it.
    ///
    /// # Errors
    ///
    /// SQLite's own.
    pub(super) fn open(file: &Path) -> Result<Self, Failure> {
        Ok(Self { connection: Connection::open(file)? })
    }

    /// What SQL finds.
    ///
    /// # Errors
    ///
    /// SQLite's own.
    pub(super) fn rows(&self, sql: &str) -> Result<Vec<Row>, Failure> {
        let mut statement = self.connection.prepare(sql)?;
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let rows = statement.query_map([], |row| {
            let cell = |(place, name): (usize, &String)| {
                Ok((name.clone(), Cell::from(row.get::<_, rusqlite::types::Value>(place)?)))
            };
            let columns = names.iter().enumerate().map(cell).collect::<rusqlite::Result<_>>()?;
            Ok(Row { columns })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Writes copies of the template in one transaction, as `make` hands them on, then runs `after`.
    ///
    /// Nothing is kept for a crash in between: the file is then thrown away. Rows come in the order of
    /// their identifiers, which is that of all large indexes but the serial numbers'; so no index is
    /// taken away.
    ///
    /// # Errors
    ///
    /// SQLite's own, or that of `make`.
    pub(super) fn fill(
        &mut self,
        template: &Template,
        after: &[String],
        make: impl FnOnce(&mut dyn FnMut(Vec<Made>) -> Result<(), Failure>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let connection = &self.connection;
        connection.pragma_update_and_check(None, "locking_mode", "exclusive", |_| Ok(()))?;
        connection.pragma_update_and_check(None, "journal_mode", "off", |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "OFF")?;
        connection.pragma_update(None, "cache_size", -2 * 1024 * 1024)?;
        connection.execute_batch("BEGIN")?;
        let mut copies = TABLES
            .iter()
            .zip(&template.rows)
            .map(|(table, row)| Copied::of(connection, (table.name, table.differing), row))
            .collect::<Result<Vec<_>, _>>()?;
        make(&mut |batch| {
            // Table by table: each then finds its own pages where it left them.
            for (place, copied) in copies.iter_mut().enumerate() {
                for made in &batch {
                    copied.insert(made.get(place).map_or(&[], Vec::as_slice))?;
                }
            }
            Ok(())
        })?;
        drop(copies);
        for sql in after {
            connection.execute_batch(sql)?;
        }
        connection.execute_batch("COMMIT")?;
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        Ok(())
    }
}

/// Inserts copies of a row in which some columns differ.
struct Copied<'a> {
    statement: Statement<'a>,
    places: Vec<usize>,
}

impl<'a> Copied<'a> {
    fn of(
        connection: &'a Connection,
        (table, differing): (&str, &[&str]),
        row: &Row,
    ) -> Result<Self, Failure> {
        let names: Vec<&str> = row.columns.iter().map(|(name, _)| name.as_str()).collect();
        let marks = vec!["?"; names.len()].join(", ");
        let sql = format!("INSERT INTO {table} ({}) VALUES ({marks})", names.join(", "));
        let mut statement = connection.prepare(&sql)?;
        for (place, (_, cell)) in row.columns.iter().enumerate() {
            statement.raw_bind_parameter(place + 1, cell)?;
        }
        let place = |name: &&str| {
            let place = names.iter().position(|own| own == name);
            place.map(|place| place + 1).ok_or_else(|| unlike(name))
        };
        let places = differing.iter().map(place).collect::<Result<_, _>>()?;
        Ok(Self { statement, places })
    }

    fn insert(&mut self, cells: &[Cell]) -> Result<(), Failure> {
        for (place, cell) in self.places.iter().zip(cells) {
            self.statement.raw_bind_parameter(*place, cell)?;
        }
        self.statement.raw_execute()?;
        Ok(())
    }
}
