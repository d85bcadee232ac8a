//! Batched durable commits of an issuance's rows, without the server around them.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, params_from_iter};

use super::cpu::{nowhere, of_one};
use super::rows::Rows;
use crate::failure::Failure;
use crate::seed::{Cell, Cluster};

/// How many issuances share a commit.
const BATCH: u32 = 32;
/// What the tables that are written are told by.
const SCHEMA: &str = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name IN
    ('private_certificates', 'private_certificate_contents', 'serials', 'keys', 'audit_events',
     'counters') ORDER BY type DESC";

/// In a new SQLite file in `directory`, with the tables and indexes of the server's `file`, set up as
/// the server does: WAL, `synchronous=FULL`.
///
/// # Errors
///
/// SQLite's own.
pub(super) fn in_a_file(
    rows: &Rows,
    file: &Path,
    directory: &Path,
    length: Duration,
) -> Result<f64, Failure> {
    let place = tempfile::tempdir_in(directory).map_err(Failure::file(directory))?;
    let connection = Connection::open(place.path().join("rows.db"))?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    let server = Connection::open(file)?;
    let mut statement = server.prepare(SCHEMA)?;
    let schema = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    for sql in schema {
        connection.execute_batch(&sql)?;
    }
    let count = format!("UPDATE counters SET used = used + {BATCH} WHERE scope = ?1");
    let mut number = 0;
    of_one(length, nowhere, || {
        let transaction = connection.unchecked_transaction()?;
        for _ in 0..BATCH {
            number += 1;
            for (table, row) in &rows.all {
                let mut statement =
                    transaction.prepare_cached(&insert(table, row.columns.len(), 1, "?"))?;
                let cells = row.columns.iter().map(|(_, cell)| rows.cell(cell, number));
                statement.execute(params_from_iter(cells))?;
            }
        }
        transaction.prepare_cached(&count)?.execute([&rows.account])?;
        transaction.commit()?;
        Ok(BATCH)
    })
}

/// In the server's own PostgreSQL, in the server's own tables: a statement for each table, all on their
/// way at once. What its processes use counts as well. The rows stay as long as the server's database.
///
/// # Errors
///
/// The database's own.
pub(super) fn in_a_cluster(
    rows: &Rows,
    cluster: &Cluster,
    length: Duration,
) -> Result<f64, Failure> {
    let mut by_table: Vec<(&'static str, Vec<&crate::seed::Row>)> = Vec::new();
    for (table, row) in &rows.all {
        match by_table.iter_mut().find(|(own, _)| own == table) {
            Some((_, all)) => all.push(row),
            None => by_table.push((table, vec![row])),
        }
    }
    let statements = by_table
        .iter()
        .map(|(table, all)| {
            let width = all.first().map_or(0, |row| row.columns.len());
            insert(table, width, BATCH as usize * all.len(), "$")
        })
        .collect::<Vec<_>>();
    let prepared = cluster.prepared(&statements)?;
    let count = format!(
        "UPDATE counters SET used = used + 0 WHERE scope = '{}' AND quota = 'certificates'",
        rows.account
    );
    let servers = cluster.processes()?;
    let used = || servers.iter().filter_map(|id| crate::server::processor_time(*id)).sum();
    of_one(length, used, || {
        let number = rows.copies(BATCH.into());
        let from = number - u64::from(BATCH);
        let parameters: Vec<Vec<Cell>> = by_table
            .iter()
            .map(|(_, all)| {
                let cells = |copy| {
                    let cells = all.iter().flat_map(|row| row.columns.iter());
                    cells.map(move |(_, cell)| rows.cell(cell, copy))
                };
                (from + 1..=number).flat_map(cells).collect()
            })
            .collect();
        cluster.commit(&prepared, &parameters, &count)?;
        Ok(BATCH)
    })
}

/// `INSERT` of so many rows of so many columns.
fn insert(table: &str, columns: usize, rows: usize, mark: &str) -> String {
    let mut sql = format!("INSERT INTO {table} VALUES ");
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            let comma = if column == 0 { "" } else { ", " };
            sql += &format!("{comma}{mark}{}", row * columns + column + 1);
        }
        sql.push(')');
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_has_a_mark_for_every_cell() {
        assert_eq!(insert("t", 2, 2, "$"), "INSERT INTO t VALUES ($1, $2), ($3, $4)");
        assert_eq!(insert("t", 1, 1, "?"), "INSERT INTO t VALUES (?1)");
    }
}
