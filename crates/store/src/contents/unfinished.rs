//! The mark of a database that is being filled: nobody serves from it.

use super::Table;
use crate::OpenError;
use crate::sql::{self, Connection, params};

/// What the mark keeps: of whose copy it is, and the definitions of indexes that come back at the end.
const TABLE: &str = "CREATE TABLE unfinished_copy (kind TEXT NOT NULL, content TEXT NOT NULL)";
const ORIGIN: &str = "origin";
const INDEX: &str = "index";

/// Refuses a database that is being filled.
pub(crate) fn refuse(connection: &Connection) -> Result<(), OpenError> {
    if is_there(connection)? { Err(OpenError::Unfinished) } else { Ok(()) }
}

/// Refuses a file that is being filled.
pub(crate) fn refuse_file(file: &rusqlite::Connection) -> Result<(), OpenError> {
    if is_in_file(file)? { Err(OpenError::Unfinished) } else { Ok(()) }
}

pub(super) fn is_there(connection: &Connection) -> sql::Result<bool> {
    match connection {
        Connection::Sqlite(file) => Ok(is_in_file(file)?),
        Connection::Postgres(_) => {
            let sql = "SELECT 1 FROM pg_catalog.pg_class
                       WHERE oid = to_regclass('unfinished_copy') AND relkind = 'r'";
            connection.prepare(sql)?.exists([])
        }
    }
}

fn is_in_file(file: &rusqlite::Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'unfinished_copy'";
    file.prepare(sql)?.exists([])
}

/// Leaves the mark, and takes the indexes away that are not needed while rows come in.
pub(super) fn begin(connection: &Connection, origin: &str) -> sql::Result<()> {
    connection.execute_batch(TABLE)?;
    note(connection, ORIGIN, origin)?;
    for (name, definition) in indexes(connection)? {
        note(connection, INDEX, &definition)?;
        connection.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    Ok(())
}

/// Of whose copy the mark is.
pub(super) fn origin(connection: &Connection) -> sql::Result<Option<String>> {
    Ok(noted(connection, ORIGIN)?.into_iter().next())
}

/// Brings the indexes back, each told before it is made, and takes the mark away.
pub(super) fn end(connection: &Connection, told: &mut dyn FnMut(u64, u64)) -> sql::Result<()> {
    let definitions = noted(connection, INDEX)?;
    let all = definitions.len() as u64;
    for (number, definition) in (0..).zip(definitions) {
        told(number, all);
        connection.execute_batch(&definition)?;
    }
    told(all, all);
    connection.execute_batch("DROP TABLE unfinished_copy")
}

fn note(connection: &Connection, kind: &str, content: &str) -> sql::Result<()> {
    let sql = "INSERT INTO unfinished_copy (kind, content) VALUES (?1, ?2)";
    connection.prepare(sql)?.execute(params![kind, content]).map(|_| ())
}

fn noted(connection: &Connection, kind: &str) -> sql::Result<Vec<String>> {
    connection
        .prepare("SELECT content FROM unfinished_copy WHERE kind = ?1 ORDER BY content")?
        .query_map([kind], |row| row.get(0))?
        .collect()
}

/// Names and definitions of the indexes of our tables that keep nothing unique.
fn indexes(connection: &Connection) -> sql::Result<Vec<(String, String)>> {
    let sql = match connection {
        Connection::Sqlite(_) => {
            "SELECT name, sql, tbl_name FROM sqlite_schema
             WHERE type = 'index' AND sql IS NOT NULL AND sql NOT LIKE 'CREATE UNIQUE%'"
        }
        Connection::Postgres(_) => {
            "SELECT class.oid::regclass::text, pg_get_indexdef(class.oid), owner.relname::text
             FROM pg_catalog.pg_index JOIN pg_catalog.pg_class AS class ON class.oid = indexrelid
                  JOIN pg_catalog.pg_class AS owner ON owner.oid = indrelid
             WHERE class.relnamespace =
                       (SELECT relnamespace FROM pg_catalog.pg_class
                        WHERE oid = to_regclass('accounts'))
                   AND NOT indisunique"
        }
    };
    let mut statement = connection.prepare(sql)?;
    let all = statement.query_map([], |row| {
        Ok((row.get::<String>(2)?, (row.get::<String>(0)?, row.get::<String>(1)?)))
    })?;
    // Others may have tables beside ours.
    all.filter_map(|found| match found {
        Ok((table, index)) => Table::named(&table).map(|_| Ok(index)),
        Err(error) => Some(Err(error)),
    })
    .collect()
}
