//! The table `counters`.

use ledger::Counter;

use super::texts::Text;
use crate::sql::{self, Connection, OptionalExtension, params};

/// What its column `quota` says.
pub(crate) fn name(counter: &Counter) -> &'static str {
    counter.quota.text()
}

/// What a counter stands at; zero before it was ever written.
pub(crate) fn used(connection: &Connection, counter: &Counter) -> sql::Result<i64> {
    let sql = "SELECT used FROM counters WHERE quota = ?1 AND scope = ?2";
    let used = connection
        .prepare_cached(sql)?
        .query_row(params![counter.quota.text(), counter.scope], |row| row.get(0))
        .optional()?;
    Ok(used.unwrap_or(0))
}

/// Sets a counter. At zero nothing of it is kept: users and groups come and go.
pub(crate) fn set(connection: &Connection, counter: &Counter, used: i64) -> sql::Result<()> {
    if used == 0 {
        let sql = "DELETE FROM counters WHERE quota = ?1 AND scope = ?2";
        connection.prepare_cached(sql)?.execute(params![counter.quota.text(), counter.scope])?;
        return Ok(());
    }
    let sql = "INSERT INTO counters (quota, scope, used) VALUES (?1, ?2, ?3)
               ON CONFLICT (quota, scope) DO UPDATE SET used = excluded.used";
    connection.prepare_cached(sql)?.execute(params![counter.quota.text(), counter.scope, used])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use ledger::Quota;

    use super::*;

    #[test]
    fn a_counter_of_nothing_takes_no_room() {
        let connection = Connection::in_memory();
        let counter = Counter { quota: Quota::GroupsOfUser, scope: "u".to_owned() };
        let rows = || -> i64 {
            connection.query_row("SELECT count(*) FROM counters", [], |row| row.get(0)).unwrap()
        };

        set(&connection, &counter, 2).unwrap();
        assert_eq!((used(&connection, &counter).unwrap(), rows()), (2, 1));
        set(&connection, &counter, 0).unwrap();
        assert_eq!((used(&connection, &counter).unwrap(), rows()), (0, 0));
    }
}
