//! One state of a database, read as a whole.

use aws_lc_rs::digest::{SHA256, digest};

use super::read::{self, Start};
use super::{ContentsError, Digest, Place, Table, unfinished};
use crate::sql::Connection;
use crate::tables::data_keys;
use crate::{DataKeyRow, OpenError, migrations};

/// One state of a database: what is committed later is not seen, and whoever writes is not held up.
pub struct Snapshot {
    connection: Connection,
}

impl Snapshot {
    /// Takes it.
    ///
    /// # Errors
    ///
    /// When the database cannot be opened, is of another release, or is an unfinished copy.
    pub fn take(place: &Place) -> Result<Self, ContentsError> {
        if let Place::File(path) = place
            && !path.exists()
        {
            return Err(ContentsError::NothingThere);
        }
        let connection = place.reader()?;
        connection.begin_again()?;
        judge(&connection)?;
        Ok(Self { connection })
    }

    /// The last step of the tables of this release.
    #[must_use]
    pub fn step() -> i64 {
        migrations::known()
    }

    /// How many other sessions of clients a database has, whatever they call themselves; none that is a
    /// file tells.
    ///
    /// # Errors
    ///
    /// When the database cannot be reached.
    pub fn others(place: &Place) -> Result<u64, ContentsError> {
        let Place::Server(_) = place else { return Ok(0) };
        let sql = "SELECT count(*) FROM pg_catalog.pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()
                         AND usesysid IS NOT NULL
                         AND coalesce(backend_type, 'client backend') = 'client backend'";
        let found: i64 = place.reader()?.prepare(sql)?.query_row([], |row| row.get(0))?;
        Ok(u64::try_from(found).unwrap_or(0))
    }

    /// How many rows a table has.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn count(&self, table: &Table) -> Result<u64, ContentsError> {
        read::count(&self.connection, table)
    }

    /// Gives each row of a table to `each`, in the order of their keys.
    ///
    /// # Errors
    ///
    /// When the database fails, and what `each` says.
    pub fn rows(
        &self,
        table: &Table,
        each: &mut dyn FnMut(&[u8]) -> Result<(), ContentsError>,
    ) -> Result<(), ContentsError> {
        read::stream(&self.connection, table, &Start::First, each)
    }

    /// What the rows of a table add up to; `told` hears how many there were so far.
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

    /// All data keys, oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn data_keys(&self) -> Result<Vec<DataKeyRow>, ContentsError> {
        Ok(data_keys::all(&self.connection)?)
    }

    /// The canary; there is one in every installation.
    ///
    /// # Errors
    ///
    /// When the database fails, or nothing was ever founded in it.
    pub fn canary(&self) -> Result<Vec<u8>, ContentsError> {
        data_keys::canary(&self.connection)?.ok_or(ContentsError::NothingThere)
    }

    /// What tells this installation from every other one, until its master key is replaced.
    ///
    /// # Errors
    ///
    /// When the database fails, or nothing was ever founded in it.
    pub fn origin(&self) -> Result<String, ContentsError> {
        Ok(hex::encode(digest(&SHA256, &self.canary()?)))
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }
}

/// What the rows of a table add up to.
pub(super) fn digest_of(
    connection: &Connection,
    table: &Table,
    told: &mut dyn FnMut(u64),
) -> Result<Digest, ContentsError> {
    let mut digest = Digest::default();
    read::stream(connection, table, &Start::First, &mut |row| {
        digest.add(row);
        if digest.rows().is_multiple_of(1000) {
            told(digest.rows());
        }
        Ok(())
    })?;
    told(digest.rows());
    Ok(digest)
}

/// Refuses what this release cannot read.
fn judge(connection: &Connection) -> Result<(), ContentsError> {
    if !has_migrations(connection)? {
        return Err(ContentsError::NothingThere);
    }
    unfinished::refuse(connection)?;
    of_this_release(connection)
}

/// Whether some release has made tables, or has begun to.
pub(super) fn has_migrations(connection: &Connection) -> Result<bool, ContentsError> {
    let sql = match connection {
        Connection::Sqlite(_) => "SELECT 1 FROM sqlite_schema WHERE name = 'migrations'",
        Connection::Postgres(_) => "SELECT 1 WHERE to_regclass('migrations') IS NOT NULL",
    };
    Ok(connection.prepare(sql)?.exists([])?)
}

/// Refuses the tables of another release.
pub(super) fn of_this_release(connection: &Connection) -> Result<(), ContentsError> {
    let sql = "SELECT coalesce(max(number), 0) FROM migrations";
    let found: i64 = connection.prepare(sql)?.query_row([], |row| row.get(0))?;
    let known = migrations::known();
    match found.cmp(&known) {
        std::cmp::Ordering::Less => Err(ContentsError::Older { found, known }),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(OpenError::Newer { found, known }.into()),
    }
}
