//! The columns that hold sealed blobs: the one list of them, and what a new data key needs of each.

pub(crate) mod guard;
#[cfg(test)]
mod tests;

use iam::{AccessKey, TemporaryKey};
use ledger::AccountId;
use pki::KeyRecord;

use crate::sql::{self, Connection, Row, params};
use crate::tables::columns::Columns;
use crate::tables::keys;

/// A column of sealed blobs. What is sealed and not listed here is lost when a rotation removes the
/// data key that sealed it; a test compares the list with the tables.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum SealedColumn {
    /// The secrets of access keys.
    AccessKeys,
    /// Private keys.
    Keys,
    /// The secrets of temporary access keys.
    TemporaryKeys,
}

impl SealedColumn {
    /// Every one.
    pub const ALL: &[Self] = &[Self::AccessKeys, Self::Keys, Self::TemporaryKeys];

    /// The table.
    pub fn table(self) -> &'static str {
        match self {
            Self::AccessKeys => "access_keys",
            Self::Keys => "keys",
            Self::TemporaryKeys => "temporary_keys",
        }
    }

    /// The column with the blob.
    pub fn column(self) -> &'static str {
        match self {
            Self::AccessKeys | Self::TemporaryKeys => "sealed_secret",
            Self::Keys => "sealed",
        }
    }

    /// The column with the row's key.
    fn key(self) -> &'static str {
        match self {
            Self::AccessKeys | Self::TemporaryKeys => "access",
            Self::Keys => "id",
        }
    }

    /// What must be read beside key and blob to know what the blob is bound to.
    fn binding(self) -> &'static str {
        match self {
            Self::AccessKeys | Self::TemporaryKeys => "account",
            Self::Keys => keys::COLUMNS,
        }
    }
}

/// A sealed blob with what it is bound to.
#[derive(Clone, Debug)]
pub struct SealedRow {
    /// The key of its row.
    pub key: String,
    /// The blob.
    pub blob: Vec<u8>,
    /// What it is bound to.
    pub sealed_for: SealedFor,
}

/// What a blob is bound to.
#[derive(Clone, Debug)]
pub enum SealedFor {
    /// A private key, to everything else that its record says.
    Key(Box<KeyRecord>),
    /// A secret, to this context.
    Secret(Vec<u8>),
}

/// A blob to put in the place of another.
#[derive(Clone, Debug)]
pub struct Resealed {
    /// The key of its row.
    pub key: String,
    /// The blob that was read.
    pub before: Vec<u8>,
    /// The blob to put there.
    pub after: Vec<u8>,
}

/// How many blobs of a column begin with less than `header`.
pub(crate) fn count(
    connection: &Connection,
    of: SealedColumn,
    header: [u8; 5],
) -> sql::Result<u64> {
    let (table, column) = (of.table(), of.column());
    let sql = format!("SELECT count(*) FROM {table} WHERE substr({column}, 1, 5) < ?1");
    let rows: i64 = connection.prepare_cached(&sql)?.query_row([header], |row| row.get(0))?;
    Ok(u64::try_from(rows).unwrap_or(0))
}

/// Rows after the key `after`, by key, whose blob begins with less than `header`.
pub(crate) fn page(
    connection: &Connection,
    of: SealedColumn,
    header: [u8; 5],
    (after, limit): (Option<&str>, u32),
) -> sql::Result<Vec<SealedRow>> {
    let (table, key, column, binding) = (of.table(), of.key(), of.column(), of.binding());
    let sql = format!(
        "SELECT {key}, {column}, {binding} FROM {table}
         WHERE {key} > ?1 AND substr({column}, 1, 5) < ?2 ORDER BY {key} LIMIT ?3"
    );
    connection
        .prepare_cached(&sql)?
        .query_map(params![after.unwrap_or_default(), header, limit], |row| read(of, row))?
        .collect()
}

/// The statement that finds the rows after a key, by key, up to a limit.
pub(crate) fn every(of: SealedColumn) -> String {
    let (table, key, column, binding) = (of.table(), of.key(), of.column(), of.binding());
    format!(
        "SELECT {key}, {column}, {binding} FROM {table}
         WHERE {key} > ?1 AND {column} IS NOT NULL ORDER BY {key} LIMIT ?2"
    )
}

/// A row with its key, its blob, and what that is bound to.
pub(crate) fn read(of: SealedColumn, row: &Row<'_>) -> sql::Result<SealedRow> {
    let mut columns = Columns::of(row);
    let (key, blob): (String, Vec<u8>) = (columns.take()?, columns.take()?);
    let sealed_for = match of {
        SealedColumn::AccessKeys => {
            let account: AccountId = columns.parse()?;
            SealedFor::Secret(AccessKey::context(&key, account))
        }
        SealedColumn::TemporaryKeys => {
            let account: AccountId = columns.parse()?;
            SealedFor::Secret(TemporaryKey::context(&key, account))
        }
        SealedColumn::Keys => {
            SealedFor::Key(Box::new(columns.versioned(keys::from_columns)?.value))
        }
    };
    Ok(SealedRow { key, blob, sealed_for })
}

/// Puts each blob where the one that was read still is.
pub(crate) fn replace(
    connection: &Connection,
    of: SealedColumn,
    rows: &[Resealed],
) -> sql::Result<()> {
    let (table, key, column) = (of.table(), of.key(), of.column());
    let sql = format!("UPDATE {table} SET {column} = ?3 WHERE {key} = ?1 AND {column} = ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    for Resealed { key, before, after } in rows {
        statement.execute(params![key, before, after])?;
    }
    Ok(())
}
