//! Some rows of a table, in the order of their keys; one that cannot be read is told, and passed.

use crate::sql::{self, Class, Params, Row, Statement};

/// Some rows of a table, in the order of their keys.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// Those that can be read.
    pub rows: Vec<T>,
    /// Those that cannot.
    pub unreadable: Vec<Unreadable>,
    /// After which key the next ones come.
    pub reached: String,
    /// Whether there are no next ones.
    pub is_last: bool,
}

/// A row that cannot be read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unreadable {
    /// Its key, as far as that can be shown.
    pub key: String,
    /// Why.
    pub why: String,
}

impl Unreadable {
    fn of(key: String, error: &sql::Error) -> Self {
        let why = match std::error::Error::source(error) {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        };
        Self { key, why }
    }
}

impl<T> Page<T> {
    /// At most `limit` rows after the key `after`, whose key is the first column.
    pub(super) fn read(
        statement: &mut Statement<'_>,
        params: impl Params,
        (after, limit): (&str, u32),
        mut read: impl FnMut(&Row<'_>) -> sql::Result<T>,
    ) -> sql::Result<Self> {
        let mut page =
            Self { rows: Vec::new(), unreadable: Vec::new(), reached: after.into(), is_last: true };
        let (mut seen, mut settled) = (0, 0);
        let mut found = statement.query(params)?;
        while let Some(row) = found.next()? {
            seen += 1;
            let key = row.get::<String>(0);
            let has_key = key.is_ok();
            match key.and_then(|key| Ok((read(&row)?, key))) {
                Ok((value, key)) => {
                    page.rows.push(value);
                    page.reached = key;
                }
                Err(error) if error.class() == Class::Value => {
                    page.unreadable.push(Unreadable::of(row.shown(0)?, &error));
                    if has_key {
                        page.reached = row.get(0)?;
                    }
                }
                Err(error) => return Err(error),
            }
            if has_key {
                settled = page.unreadable.len();
            }
        }
        if seen == limit {
            page.go_on(after, settled);
        }
        Ok(page)
    }

    /// What comes next comes after the last key that can be read. Rows without one behind it are found
    /// again there; where there is nothing else, nothing behind them is, nor where an index gives rows
    /// out of their order: the same ones would come again and again.
    fn go_on(&mut self, after: &str, settled: usize) {
        if self.reached.as_str() <= after {
            let why = "no row behind it can be looked at".to_owned();
            let last = self.unreadable.last().map(|last| &last.key);
            let key = last.unwrap_or(&self.reached).clone();
            self.unreadable.push(Unreadable { key, why });
        } else {
            self.unreadable.truncate(settled);
            self.is_last = false;
        }
    }

    /// Reads more of each row, which may show that it cannot be read.
    pub(super) fn complete(
        mut self,
        key: impl Fn(&T) -> String,
        mut read: impl FnMut(&mut T) -> sql::Result<()>,
    ) -> sql::Result<Self> {
        for mut row in std::mem::take(&mut self.rows) {
            match read(&mut row) {
                Ok(()) => self.rows.push(row),
                Err(error) if error.class() == Class::Value => {
                    self.unreadable.push(Unreadable::of(key(&row), &error));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::{Connection, params};

    /// A page of an index that is out of order, whose first rows come last.
    #[test]
    fn rows_that_come_before_those_that_were_read_are_told_and_end_the_walk() {
        let connection = Connection::Sqlite(rusqlite::Connection::open_in_memory().unwrap());
        let sql = "SELECT column1 FROM (VALUES ('d'), ('a')) WHERE ?1 <> ''";
        let mut statement = connection.prepare(sql).unwrap();

        let page = Page::read(&mut statement, params!["b"], ("b", 2), |row| row.get::<String>(0));

        let page = page.unwrap();
        assert_eq!(page.rows, ["d", "a"]);
        let told: Vec<_> = page.unreadable.iter().map(|row| row.key.as_str()).collect();
        assert_eq!((told, page.is_last), (vec!["a"], true));
    }
}
