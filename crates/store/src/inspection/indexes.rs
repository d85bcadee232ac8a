//! Whether the tables of a file and their indexes say the same.

use crate::contents::{ContentsError, Snapshot};
use crate::sql::Connection;

impl Snapshot {
    /// The tables of a file, each to be asked about by [`Snapshot::breakage`]. A server's are not asked
    /// about: what its disk keeps it checks itself, as far as its own settings say.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn file_tables(&self) -> Result<Vec<String>, ContentsError> {
        let Connection::Sqlite(_) = self.connection() else { return Ok(Vec::new()) };
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
        let mut statement = self.connection().prepare(sql)?;
        let names = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<_>, _>>()?;
        Ok(std::iter::once("sqlite_schema".to_owned()).chain(names).collect())
    }

    /// What SQLite finds wrong with a table and its indexes: a hundred lines at most. It reads all of
    /// them.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn breakage(&self, table: &str) -> Result<Vec<String>, ContentsError> {
        let sql = format!("PRAGMA integrity_check('{}')", table.replace('\'', "''"));
        let mut statement = self.connection().prepare(&sql)?;
        let lines = statement.query_map([], |row| row.shown(0))?;
        let lines = lines.filter(|line| !matches!(line, Ok(line) if line == "ok"));
        Ok(lines.collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::contents::{Completeness, Place, Snapshot, Target, copy};

    /// Makes that a row of `tokens` is not in the table's own index.
    fn harm_index(path: &Path) {
        let open = || {
            let connection = rusqlite::Connection::open(path).unwrap();
            connection.pragma_update(None, "writable_schema", true).unwrap();
            connection
        };
        let index = "name = 'sqlite_autoindex_tokens_1'";
        let connection = open();
        connection
            .execute_batch(&format!(
                "CREATE TABLE aside AS SELECT * FROM sqlite_schema WHERE name = 'tokens' OR {index};
                 UPDATE sqlite_schema SET sql = replace(sql, ' PRIMARY KEY', '') WHERE name = 'tokens';
                 DELETE FROM sqlite_schema WHERE {index}"
            ))
            .unwrap();
        drop(connection);
        let connection = open();
        connection
            .execute_batch(&format!(
                "INSERT INTO tokens VALUES ('hidden', 1, 'u', 'a', NULL, 'password', 1, 2, 1);
                 UPDATE sqlite_schema SET sql = (SELECT sql FROM aside WHERE name = 'tokens')
                 WHERE name = 'tokens';
                 INSERT INTO sqlite_schema SELECT * FROM aside WHERE {index};
                 DROP TABLE aside"
            ))
            .unwrap();
    }

    #[test]
    fn a_row_that_no_index_finds_is_told_and_not_left_out_of_a_copy() {
        let folder = tempfile::tempdir().unwrap();
        let source = Place::File(folder.path().join("one"));
        let (target, _) = Target::begin(&source, "x", Completeness::Resumable).unwrap();
        target.finish(&mut |_, _| {}).unwrap();
        let connection = source.writer().unwrap();
        connection
            .execute_batch(
                "INSERT INTO accounts VALUES ('a', 1, 'one', 'enabled', 5);
                 INSERT INTO users (id, version, account, name, password_hash, state, created_at)
                     VALUES ('u', 1, 'a', 'n', '', 'enabled', 7);
                 INSERT INTO tokens VALUES ('t', 1, 'u', 'a', NULL, 'password', 1, 2, 1);
                 INSERT INTO canary VALUES (1, x'01')",
            )
            .unwrap();
        drop(connection);
        assert!(Snapshot::take(&source).unwrap().breakage("tokens").unwrap().is_empty());
        let Place::File(path) = &source else { panic!("a file") };
        harm_index(path);

        let found = Snapshot::take(&source).unwrap().breakage("tokens").unwrap();
        let target = Place::File(folder.path().join("two"));
        let refused = [(); 2].map(|()| copy((&source, &target), &mut |_| {}).unwrap_err());

        assert!(found.iter().any(|line| line.contains("missing from index")), "{found:?}");
        let told = "the table tokens has 2 rows, and 1 are found by their keys";
        // Also by the one that goes on with the first.
        assert_eq!(refused.map(|error| error.to_string()), [told; 2]);
    }
}
