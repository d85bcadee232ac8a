//! A database that is filled from nothing.

use super::postgres_form::PostgresForm;
use super::read::{self, HEADS, REVOCATIONS, Start};
use super::snapshot::{digest_of, has_migrations, of_this_release};
use super::{
    Cell, ContentsError, Digest, Kind, MalformedRow, Place, Table, cells, filling, unfinished,
};
use crate::migrations;
use crate::sql::postgres::Session;
use crate::sql::{Connection, Several, params};

/// How many rows come in at a time.
const ROWS: usize = 10_000;
/// How many octets of rows come in at a time, about.
const OCTETS: usize = 8 * 1024 * 1024;
/// The tables whose triggers are for rows that come one by one.
const TRIGGERED: [&str; 4] = ["access_keys", "keys", "revocations", "temporary_keys"];

/// What becomes of a target that is not finished.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Completeness {
    /// On a server nothing of it is seen before it is finished. A file is its maker's to remove.
    AllOrNothing,
    /// It stays, and can be gone on with.
    Resumable,
}

/// How a target begins.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Beginning {
    /// Nothing was there.
    Fresh,
    /// Something of the same source was.
    GoneOn,
}

/// A database that is filled. Nobody serves from it until it is finished.
pub struct Target {
    connection: Connection,
    completeness: Completeness,
    rows: Vec<Vec<u8>>,
    octets: usize,
}

impl Target {
    /// Makes the tables of an empty database, for a copy of `origin`, or goes on with one.
    ///
    /// # Errors
    ///
    /// When the database cannot be opened, is of another release, has rows, or has the beginning of
    /// something else; when somebody works on it.
    pub fn begin(
        place: &Place,
        origin: &str,
        completeness: Completeness,
    ) -> Result<(Self, Beginning), ContentsError> {
        let mut connection = place.writer()?;
        // Before anything is looked at: who serves from here later has found this lock, or the mark.
        if !filling::begin(&connection)? {
            return Err(ContentsError::InUse);
        }
        let beginning = if unfinished::is_there(&connection)? {
            of_this_release(&connection)?;
            if unfinished::origin(&connection)?.as_deref() != Some(origin) {
                return Err(ContentsError::OtherCopy);
            }
            Beginning::GoneOn
        } else {
            // What somebody else has there is not brought to another shape.
            if has_steps(&connection)? {
                of_this_release(&connection)?;
                empty(&connection)?;
            } else {
                migrate(&mut connection)?;
            }
            Beginning::Fresh
        };
        let target = Self { connection, completeness, rows: Vec::new(), octets: 0 };
        if let Connection::Postgres(_) = &target.connection
            && completeness == Completeness::AllOrNothing
        {
            target.connection.execute_batch("BEGIN")?;
        }
        if beginning == Beginning::Fresh {
            target.prepare(origin)?;
        }
        Ok((target, beginning))
    }

    /// From where a table is to be read on.
    pub(super) fn reached(&self, table: &Table) -> Result<(Start, u64), ContentsError> {
        let rows = read::count(&self.connection, table)?;
        if rows == 0 {
            return Ok((Start::First, 0));
        }
        if table.name == REVOCATIONS {
            // Their places are counted from the first on.
            return Ok((Start::Past(rows), rows));
        }
        let last = read::last_key(&self.connection, table)?;
        Ok((last.map_or(Start::First, Start::After), rows))
    }

    /// Adds a row; the rows of a table come in the order of their keys, and [`Target::flush`] ends them.
    ///
    /// # Errors
    ///
    /// When the database fails, or it is no row of the table.
    pub fn add(&mut self, table: &Table, row: &[u8]) -> Result<(), ContentsError> {
        self.octets += row.len();
        self.rows.push(row.to_vec());
        if self.rows.len() >= ROWS || self.octets >= OCTETS { self.flush(table) } else { Ok(()) }
    }

    /// Writes what was added.
    ///
    /// # Errors
    ///
    /// The same.
    pub fn flush(&mut self, table: &Table) -> Result<(), ContentsError> {
        let rows = std::mem::take(&mut self.rows);
        self.octets = 0;
        if rows.is_empty() {
            return Ok(());
        }
        match &self.connection {
            Connection::Sqlite(_) => {
                self.connection.execute_batch("BEGIN IMMEDIATE")?;
                let filled = self.fill(table, &rows);
                // After an error of the disk nothing is open any more, and the error counts.
                let ended = self.connection.execute_batch(if filled.is_ok() {
                    "COMMIT"
                } else {
                    "ROLLBACK"
                });
                filled?;
                Ok(ended?)
            }
            Connection::Postgres(session) => self.copy_in(session, table, &rows),
        }
    }

    /// What the rows of a table add up to, read back.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn digest(
        &self,
        table: &Table,
        told: &mut dyn FnMut(u64),
    ) -> Result<Digest, ContentsError> {
        digest_of(&self.connection, table, told)
    }

    /// Makes a whole database of it, once all rows are there and were found right. `told` hears how many
    /// of how many indexes are made.
    ///
    /// # Errors
    ///
    /// When the database fails before all of it is kept. With a server whose last answer was lost it may
    /// be kept all the same.
    pub fn finish(self, told: &mut dyn FnMut(u64, u64)) -> Result<(), ContentsError> {
        let connection = &self.connection;
        let is_open = connection.is_shared() && self.completeness == Completeness::AllOrNothing;
        if !is_open {
            connection.execute_batch("BEGIN")?;
        }
        if connection.is_shared() {
            connection.execute_batch(
                "INSERT INTO revocation_counts (issuer, last)
                     SELECT issuer, max(place) FROM revocations GROUP BY issuer",
            )?;
            self.triggers("ENABLE")?;
        }
        unfinished::end(connection, told)?;
        connection.execute_batch("COMMIT")?;
        // It is kept: what comes now makes it better, and takes nothing back.
        match (connection, self.completeness) {
            (Connection::Sqlite(file), Completeness::AllOrNothing) => {
                // Its maker moves the file alone: what were left beside it would be lost.
                let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
                if file.query_row(sql, [], |row| row.get::<_, bool>(0))? {
                    return Err(ContentsError::stopped("the file is used by another process"));
                }
            }
            (Connection::Sqlite(file), Completeness::Resumable) => {
                let moved = file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
                if let Err(error) = moved {
                    tracing::warn!(%error, "the log of the new database was not moved into it yet");
                }
            }
            (Connection::Postgres(_), _) => {
                if let Err(error) = connection.execute_batch("ANALYZE") {
                    tracing::warn!(%error, "the new database was not analysed: run ANALYZE on it");
                }
            }
        }
        Ok(())
    }

    fn prepare(&self, origin: &str) -> Result<(), ContentsError> {
        let connection = &self.connection;
        let opens = self.completeness == Completeness::Resumable || !connection.is_shared();
        if opens {
            connection.execute_batch("BEGIN")?;
        }
        unfinished::begin(connection, origin)?;
        if connection.is_shared() {
            self.triggers("DISABLE")?;
        }
        if opens {
            connection.execute_batch("COMMIT")?;
        }
        Ok(())
    }

    fn triggers(&self, switch: &str) -> Result<(), ContentsError> {
        TRIGGERED.iter().try_for_each(|table| {
            let sql = format!("ALTER TABLE {table} {switch} TRIGGER USER");
            Ok(self.connection.execute_batch(&sql)?)
        })
    }

    /// Into a file.
    fn fill(&self, table: &Table, rows: &[Vec<u8>]) -> Result<(), ContentsError> {
        // Its place is the number that a row gets, and it gets them in order.
        let width = table.width() - usize::from(table.name == REVOCATIONS);
        let names: Vec<&str> = table.columns.iter().take(width).map(|(name, _)| *name).collect();
        let places: Vec<String> = (1..=width).map(|place| format!("?{place}")).collect();
        let sql = format!(
            "INSERT INTO {} ({}) VALUES ({})",
            table.name,
            names.join(", "),
            places.join(", ")
        );
        let mut statement = self.connection.prepare(&sql)?;
        for row in rows {
            let mut cells = self.placed(table, checked(table, row)?)?;
            cells.truncate(width);
            statement.execute(Several(cells))?;
        }
        Ok(())
    }

    /// Into a server.
    fn copy_in(
        &self,
        session: &Session,
        table: &Table,
        rows: &[Vec<u8>],
    ) -> Result<(), ContentsError> {
        let mut form = PostgresForm::new();
        for row in rows {
            form.row(&self.placed(table, checked(table, row)?)?)?;
        }
        let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
        let (name, names) = (table.name, names.join(", "));
        let sql = format!("COPY {name} ({names}) FROM STDIN WITH (FORMAT binary)");
        session.copy_in(&sql, form.finish())?;
        Ok(())
    }

    /// A row with the engine's own places in the order of revocations.
    fn placed<'a>(
        &self,
        table: &Table,
        mut cells: Vec<Cell<'a>>,
    ) -> Result<Vec<Cell<'a>>, ContentsError> {
        if table.name != HEADS || self.connection.is_shared() {
            return Ok(cells);
        }
        let column = |name| table.column(name).ok_or(MalformedRow);
        let (through, authority) = (column("through")?, column("authority")?);
        if let (Some(&Cell::Number(told @ 1..)), Some(&Cell::Text(authority))) =
            (cells.get(through), cells.get(authority))
        {
            // A target's revocations came in issuer by issuer, each in its order.
            let sql = "SELECT min(rowid) - 1 + ?2 FROM revocations WHERE issuer = ?1";
            let mut statement = self.connection.prepare_cached(sql)?;
            let place: Option<i64> =
                statement.query_row(params![authority, told], |row| row.get(0))?;
            let place = Cell::Number(place.ok_or(MalformedRow)?);
            cells.iter_mut().skip(through).take(1).for_each(|cell| *cell = place);
        }
        Ok(cells)
    }
}

/// Whether steps of some release were taken.
fn has_steps(connection: &Connection) -> Result<bool, ContentsError> {
    Ok(has_migrations(connection)?
        && connection.prepare("SELECT 1 FROM migrations WHERE number > 0")?.exists([])?)
}

/// Refuses a database with rows.
fn empty(connection: &Connection) -> Result<(), ContentsError> {
    for table in Table::all() {
        let sql = format!("SELECT 1 FROM {} LIMIT 1", table.name);
        if connection.prepare(&sql)?.exists([])? {
            return Err(ContentsError::NotEmpty(table.name));
        }
    }
    Ok(())
}

/// Makes the tables.
fn migrate(connection: &mut Connection) -> Result<(), ContentsError> {
    match connection {
        Connection::Sqlite(file) => migrations::apply(file)?,
        Connection::Postgres(_) => migrations::postgres::apply(connection)?,
    }
    Ok(())
}

/// The cells of a row, which are what the table's columns hold.
fn checked<'a>(table: &Table, row: &'a [u8]) -> Result<Vec<Cell<'a>>, MalformedRow> {
    let cells = cells(row)?;
    let fits = cells.len() == table.width()
        && cells.iter().zip(table.columns).all(|(cell, (_, kind))| {
            matches!(
                (cell, kind),
                (Cell::Nothing, Kind::NumberOrNone | Kind::OctetsOrNone | Kind::TextOrNone)
                    | (Cell::Number(_), Kind::Number | Kind::NumberOrNone)
                    | (Cell::Octets(_), Kind::Octets | Kind::OctetsOrNone)
                    | (Cell::Text(_), Kind::Text | Kind::TextOrNone)
            )
        });
    if fits { Ok(cells) } else { Err(MalformedRow) }
}
