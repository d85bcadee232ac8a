//! A row that was written by the server, and copies of it.

use rusqlite::types::{ToSql, Value};
use rusqlite::{Connection, Statement};

use crate::failure::Failure;

/// A row, by the names of its columns.
pub(super) struct Row {
    table: &'static str,
    columns: Vec<(String, Value)>,
}

/// Inserts copies of a row in which some columns differ.
pub(super) struct Copies<'a> {
    statement: Statement<'a>,
    /// The places of the columns that differ, in the order in which they are given.
    places: Vec<usize>,
}

impl Row {
    /// The row that the condition finds.
    ///
    /// # Errors
    ///
    /// There is none.
    pub(super) fn read(
        connection: &Connection,
        table: &'static str,
        condition: &str,
        parameters: &[&dyn ToSql],
    ) -> Result<Self, Failure> {
        let sql = format!("SELECT * FROM {table} WHERE {condition}");
        let mut statement = connection.prepare(&sql)?;
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let columns = statement.query_row(parameters, |row| {
            let column = |(place, name)| Ok((name, row.get(place)?));
            names.into_iter().enumerate().map(column).collect()
        })?;
        Ok(Self { table, columns })
    }

    /// What a column has.
    ///
    /// # Errors
    ///
    /// There is no such column.
    pub(super) fn column(&self, name: &str) -> Result<&Value, Failure> {
        let found = self.columns.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value).ok_or_else(|| self.unknown(name))
    }

    /// The same row with something else in a column.
    ///
    /// # Errors
    ///
    /// There is no such column.
    pub(super) fn with(mut self, name: &str, other: Value) -> Result<Self, Failure> {
        match self.columns.iter_mut().find(|(own, _)| own == name) {
            Some((_, value)) => *value = other,
            None => return Err(self.unknown(name)),
        }
        Ok(self)
    }

    /// Copies that differ in these columns.
    ///
    /// # Errors
    ///
    /// There is no such column, or SQLite's own.
    pub(super) fn copies<'a>(
        &self,
        connection: &'a Connection,
        differing: &[&str],
    ) -> Result<Copies<'a>, Failure> {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        let marks = vec!["?"; names.len()].join(", ");
        let (table, columns) = (self.table, names.join(", "));
        let sql = format!("INSERT INTO {table} ({columns}) VALUES ({marks})");
        let mut statement = connection.prepare(&sql)?;
        for (place, (_, value)) in self.columns.iter().enumerate() {
            statement.raw_bind_parameter(place + 1, value)?;
        }
        let place = |name: &&str| {
            let place = names.iter().position(|own| own == name);
            place.map(|place| place + 1).ok_or_else(|| self.unknown(name))
        };
        let places = differing.iter().map(place).collect::<Result<_, _>>()?;
        Ok(Copies { statement, places })
    }

    fn unknown(&self, column: &str) -> Failure {
        let text = format!("no column {column} in {}", self.table);
        Failure::Unintelligible { what: "the server's database", text }
    }
}

impl Copies<'_> {
    /// Inserts one, with these values in the columns that differ.
    ///
    /// # Errors
    ///
    /// SQLite's own.
    pub(super) fn insert(&mut self, values: &[&dyn ToSql]) -> Result<(), Failure> {
        for (place, value) in self.places.iter().zip(values) {
            self.statement.raw_bind_parameter(*place, value)?;
        }
        self.statement.raw_execute()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_keep_what_does_not_differ() {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE t (a, b, c); INSERT INTO t VALUES (1, 'x', 3)")
            .unwrap();
        let row = Row::read(&connection, "t", "a = ?1", &[&1]).unwrap();

        let mut copies = row.copies(&connection, &["c", "a"]).unwrap();
        copies.insert(&[&30, &10]).unwrap();
        copies.insert(&[&300, &100]).unwrap();

        let sql = "SELECT group_concat(a || b || c) FROM t";
        let all: String = connection.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(all, "1x3,10x30,100x300");
        assert!(row.copies(&connection, &["d"]).is_err());
    }
}
