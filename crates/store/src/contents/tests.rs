//! Copies between both engines, and the list of tables against the real ones.

use std::collections::BTreeSet;
use std::path::Path;

use postgres_cluster::{Cluster, TestDatabase};

use super::*;
use crate::sql::Connection;
use crate::{Database, OpenError, Options};

/// What an engine keeps for itself.
const OWN: [&str; 4] = ["epochs", "migrations", "readiness", "revocation_counts"];

fn file(folder: &Path, name: &str) -> Place {
    Place::File(folder.join(name))
}

fn server() -> (TestDatabase, Place) {
    let database = TestDatabase::new(&Cluster::shared());
    let place = Place::Server(Box::new(database.url().parse().unwrap()));
    (database, place)
}

/// A database with rows of several kinds: revocations of two issuers in turn, heads that have told some of
/// them, absent values, and octets of every value.
fn filled(place: &Place) {
    let mut connection = place.writer().unwrap();
    match &mut connection {
        Connection::Sqlite(file) => crate::migrations::apply(file).unwrap(),
        Connection::Postgres(_) => crate::migrations::postgres::apply(&connection).unwrap(),
    }
    let octets: Vec<u8> = (0..=255).collect();
    connection
        .execute_batch(
            "INSERT INTO accounts VALUES ('a', 1, 'Ünï', 'enabled', 5), ('b', 2, 'two', 'disabled', -6);
             INSERT INTO users (id, version, account, name, password_hash, state, created_at)
                 VALUES ('u', 1, 'a', 'n', '', 'enabled', 7);
             INSERT INTO tokens VALUES ('t', 1, 'u', 'a', NULL, 'password', 1, 2, 1);
             INSERT INTO counters VALUES ('users', 'a', 3)",
        )
        .unwrap();
    for table in ["data_keys (id, wrapped, created_at) VALUES (1, ?1, 5)", "canary VALUES (1, ?1)"]
    {
        let sql = format!("INSERT INTO {table}");
        connection.prepare(&sql).unwrap().execute([&octets]).unwrap();
    }
    for (number, issuer) in ["y", "x", "y", "y", "x"].into_iter().enumerate() {
        let sql = format!(
            "INSERT INTO revocations (issuer, serial, version, account, revoked_at, reason, not_after)
             VALUES ('{issuer}', '{}', 1, 'a', 1, 0, 9)",
            9 - number
        );
        connection.execute_batch(&sql).unwrap();
    }
    // By the place of the second revocation of "y", and of the first one of "x".
    let place = if connection.is_shared() { "place" } else { "rowid" };
    for (list, serial) in [("y", "7"), ("x", "8")] {
        let sql = format!(
            "INSERT INTO crl_heads (list, version, authority, account, names, through)
             SELECT '{list}', 1, '{list}', 'a', '', {place} FROM revocations
             WHERE issuer = '{list}' AND serial = '{serial}'"
        );
        connection.execute_batch(&sql).unwrap();
    }
}

fn digests(place: &Place) -> Vec<(&'static str, Digest)> {
    let snapshot = Snapshot::take(place).unwrap();
    Table::all().map(|table| (table.name, snapshot.digest(table, &mut |_| {}).unwrap())).collect()
}

/// For each head how many revocations of its authority it has told, and which are left in their order.
fn untold(place: &Place) -> Vec<(String, String)> {
    let connection = place.reader().unwrap();
    let place = if connection.is_shared() { "place" } else { "rowid" };
    let sql = format!(
        "SELECT list, serial FROM crl_heads JOIN revocations ON issuer = authority
         WHERE revocations.{place} > through ORDER BY list, revocations.{place}"
    );
    let mut statement = connection.prepare(&sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn copied(from: &Place, to: &Place) -> Result<(Beginning, u64), ContentsError> {
    copy((from, to), &mut |_| {})
}

#[test]
fn a_copy_is_the_same_on_either_engine_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let (_database, server) = server();
    let (source, back) = (file(folder.path(), "one"), file(folder.path(), "two"));
    filled(&source);

    let (beginning, rows) = copied(&source, &server).unwrap();
    copied(&server, &back).unwrap();

    assert_eq!((beginning, rows), (Beginning::Fresh, 14));
    let expected = digests(&source);
    assert_eq!(digests(&server), expected);
    assert_eq!(digests(&back), expected);
    let left = [("x", "5"), ("y", "6")].map(|(list, serial)| (list.to_owned(), serial.to_owned()));
    for place in [&source, &server, &back] {
        assert_eq!(untold(place), left);
    }
}

#[test]
fn a_copy_can_be_used_and_its_indexes_are_those_of_a_new_database() {
    let folder = tempfile::tempdir().unwrap();
    let (_database, server) = server();
    let (source, fresh) = (file(folder.path(), "one"), file(folder.path(), "two"));
    filled(&source);
    copied(&source, &server).unwrap();
    copied(&server, &fresh).unwrap();

    let indexes = |place: &Place| -> BTreeSet<String> {
        let connection = place.reader().unwrap();
        let sql = match &connection {
            Connection::Sqlite(_) => "SELECT name || coalesce(sql, '') FROM sqlite_schema",
            Connection::Postgres(_) => {
                "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
            }
        };
        let mut statement = connection.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let (_other, new) = self::server();
    filled(&new);

    assert_eq!(indexes(&fresh), indexes(&source));
    assert_eq!(indexes(&server), indexes(&new));
    assert!(Database::open(&folder.path().join("two"), Options::default()).is_ok());
    // A revocation after the copy comes after all that were copied.
    let connection = server.writer().unwrap();
    let sql =
        "INSERT INTO revocations (issuer, serial, version, account, revoked_at, reason, not_after)
               VALUES ('y', '0', 1, 'a', 1, 0, 9)";
    connection.execute_batch(sql).unwrap();
    let last = "SELECT place FROM revocations WHERE issuer = 'y' AND serial = '0'";
    assert_eq!(connection.query_row(last, [], |row| row.get::<i64>(0)).unwrap(), 4);
}

/// Copies until some row, and ends there as a kill would.
fn interrupted(from: &Place, to: &Place, at: &str) {
    let source = Snapshot::take(from).unwrap();
    let origin = source.origin().unwrap();
    let (mut target, _) = Target::begin(to, &origin, Completeness::Resumable).unwrap();
    for table in Table::all() {
        let mut rows = 0;
        let ended = source.rows(table, &mut |row| {
            rows += 1;
            if table.name == at && rows == 3 {
                return Err(ContentsError::stopped("a kill"));
            }
            target.add(table, row)?;
            target.flush(table)
        });
        if ended.is_err() {
            return;
        }
    }
    panic!("{at} has fewer rows");
}

#[test]
fn an_interrupted_copy_is_refused_to_everybody_but_its_own_continuation() {
    let folder = tempfile::tempdir().unwrap();
    let (_database, server) = server();
    let (source, other) = (file(folder.path(), "one"), file(folder.path(), "other"));
    filled(&source);
    filled(&other);
    let Place::File(path) = &other else { panic!("a file") };
    let changed = rusqlite::Connection::open(path).unwrap();
    changed.execute_batch("UPDATE canary SET sealed = x'00'").unwrap();
    let half = file(folder.path(), "half");

    for target in [&server, &half] {
        interrupted(&source, target, "revocations");

        let unfinished = Snapshot::take(target).err().unwrap();
        assert!(matches!(unfinished, ContentsError::Open(OpenError::Unfinished)), "{unfinished}");
        let foreign = copied(&other, target).unwrap_err();
        assert!(matches!(foreign, ContentsError::OtherCopy), "{foreign}");
        assert_eq!(copied(&source, target).unwrap(), (Beginning::GoneOn, 14));
        assert_eq!(digests(target), digests(&source));
        assert_eq!(untold(target), untold(&source));
    }
    let refused = copied(&source, &half).unwrap_err();
    assert!(matches!(refused, ContentsError::NotEmpty("accounts")), "{refused}");
}

#[test]
fn nobody_serves_from_an_interrupted_copy() {
    let folder = tempfile::tempdir().unwrap();
    let (source, half) = (file(folder.path(), "one"), file(folder.path(), "half"));
    filled(&source);
    interrupted(&source, &half, "revocations");

    let opened = Database::open(&folder.path().join("half"), Options::default());

    assert!(matches!(opened.err(), Some(OpenError::Unfinished)));
}

#[test]
fn a_row_that_changed_on_the_way_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let (source, half) = (file(folder.path(), "one"), file(folder.path(), "half"));
    filled(&source);
    interrupted(&source, &half, "revocations");
    let Place::File(path) = &half else { panic!("a file") };
    let changed = rusqlite::Connection::open(path).unwrap();
    changed.execute_batch("UPDATE users SET name = 'm'").unwrap();

    let refused = copied(&source, &half).unwrap_err();

    assert!(matches!(refused, ContentsError::Differs { table: "users", .. }), "{refused}");
}

#[test]
fn what_is_all_or_nothing_leaves_nothing_on_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let (_database, server) = server();
    let source = file(folder.path(), "one");
    filled(&source);
    let (mut target, _) = Target::begin(&server, "x", Completeness::AllOrNothing).unwrap();
    let accounts = Table::named("accounts").unwrap();
    let snapshot = Snapshot::take(&source).unwrap();
    snapshot.rows(accounts, &mut |row| target.add(accounts, row)).unwrap();
    target.flush(accounts).unwrap();

    drop(target);

    assert_eq!(copied(&source, &server).unwrap().0, Beginning::Fresh);
}

#[test]
fn a_row_of_another_table_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let place = file(folder.path(), "one");
    let (mut target, _) = Target::begin(&place, "x", Completeness::Resumable).unwrap();
    let mut row = Vec::new();
    encode(Cell::Text("x"), &mut row);
    let accounts = Table::named("accounts").unwrap();
    target.add(accounts, &row).unwrap();

    let refused = target.flush(accounts);

    assert!(matches!(refused, Err(ContentsError::Row(_))));
}

#[test]
fn the_list_of_tables_is_that_of_both_engines() {
    let folder = tempfile::tempdir().unwrap();
    let (_database, server) = server();
    for place in [file(folder.path(), "one"), server] {
        filled(&place);
        let connection = place.reader().unwrap();
        let sql = match &connection {
            Connection::Sqlite(_) => {
                "SELECT t.name, c.name, upper(c.type), c.\"notnull\", c.pk
                 FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
                 WHERE t.type = 'table'"
            }
            Connection::Postgres(_) => {
                "SELECT c.table_name::text, c.column_name::text,
                        CASE c.data_type WHEN 'bytea' THEN 'BLOB' ELSE upper(c.data_type) END,
                        c.is_nullable = 'NO',
                        coalesce((SELECT k.ordinal_position::bigint
                                  FROM information_schema.table_constraints AS t
                                  JOIN information_schema.key_column_usage AS k
                                      USING (constraint_name, table_name)
                                  WHERE t.constraint_type = 'PRIMARY KEY'
                                        AND t.table_name = c.table_name
                                        AND k.column_name = c.column_name), 0)
                 FROM information_schema.columns AS c WHERE c.table_schema = 'public'"
            }
        };
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| {
            let kind: String = row.get(2)?;
            let table: String = row.get(0)?;
            Ok((table, row.get::<String>(1)?, kind, row.get::<bool>(3)?, row.get::<i64>(4)?))
        });
        let real: BTreeSet<_> = rows
            .unwrap()
            .map(Result::unwrap)
            .filter(|(table, ..)| !OWN.contains(&table.as_str()))
            .collect();
        let listed: BTreeSet<_> = Table::all()
            .flat_map(|table| table.columns.iter().map(move |(column, kind)| (table, column, kind)))
            // In a file the place is the row's own number.
            .filter(|(table, column, _)| {
                connection.is_shared() || table.name != "revocations" || **column != "place"
            })
            .map(|(table, column, kind)| {
                let key: &[&str] = match table.name {
                    "revocations" => &["issuer", "serial"],
                    _ => table.key,
                };
                let place = key.iter().position(|key| key == column).map_or(0, |place| place + 1);
                let (kind, needed) = match kind {
                    Kind::Number => ("BIGINT", true),
                    Kind::NumberOrNone => ("BIGINT", false),
                    Kind::Octets => ("BLOB", true),
                    Kind::OctetsOrNone => ("BLOB", false),
                    Kind::Text => ("TEXT", true),
                    Kind::TextOrNone => ("TEXT", false),
                };
                let (table, column) = (table.name.to_owned(), (*column).to_owned());
                (table, column, kind.to_owned(), needed, i64::try_from(place).unwrap())
            })
            .collect();

        let differing: Vec<_> = real.symmetric_difference(&listed).collect();
        assert!(differing.is_empty(), "{differing:?}");
    }
}

/// A database with every table and no row.
fn empty(place: &Place) {
    let (target, _) = Target::begin(place, "x", Completeness::Resumable).unwrap();
    target.finish(&mut |_, _| {}).unwrap();
}

fn is_there(place: &Place, name: &str) -> bool {
    let connection = place.reader().unwrap();
    let sql = match &connection {
        Connection::Sqlite(_) => "SELECT 1 FROM sqlite_schema WHERE name = ?1",
        Connection::Postgres(_) => "SELECT 1 FROM pg_class WHERE relname = ?1",
    };
    connection.prepare(sql).unwrap().exists([name]).unwrap()
}

#[test]
fn a_target_of_another_release_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    for step in [3, 9999] {
        let (_database, server) = server();
        for place in [file(folder.path(), &step.to_string()), server] {
            let connection = place.writer().unwrap();
            let sql = format!(
                "CREATE TABLE migrations (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL,
                                          checksum TEXT NOT NULL);
                 INSERT INTO migrations VALUES ({step}, 'x', 'x')"
            );
            connection.execute_batch(&sql).unwrap();

            let refused = Target::begin(&place, "x", Completeness::Resumable).err().unwrap();

            match refused {
                ContentsError::Older { found: 3, .. } => assert_eq!(step, 3),
                ContentsError::Open(OpenError::Newer { found: 9999, .. }) => assert_eq!(step, 9999),
                other => panic!("{other}"),
            }
            assert!(!is_there(&place, "accounts") && !is_there(&place, "unfinished_copy"));
        }
    }
}

#[test]
fn a_source_that_is_written_to_meanwhile_is_refused_before_the_copy_can_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let (_database, server) = server();
    for (number, source) in [file(folder.path(), "one"), server].into_iter().enumerate() {
        filled(&source);
        let target = file(folder.path(), &format!("target{number}"));
        let mut writes = 1;

        let refused = copy((&source, &target), &mut |progress| {
            if matches!(progress.step, Step::Comparing(_)) && writes > 0 {
                writes -= 1;
                let sql = "INSERT INTO tokens VALUES ('s', 1, 'u', 'a', NULL, 'password', 1, 2, 1)";
                source.writer().unwrap().execute_batch(sql).unwrap();
            }
        });

        assert!(matches!(refused, Err(ContentsError::Written("tokens"))), "{refused:?}");
        let unfinished = Snapshot::take(&target).err().unwrap();
        assert!(matches!(unfinished, ContentsError::Open(OpenError::Unfinished)), "{unfinished}");
    }
}

#[test]
fn every_other_session_counts_whatever_it_calls_itself() {
    let (database, server) = server();
    assert_eq!(Snapshot::others(&server).unwrap(), 0);
    let url = database.url();
    let joint = if url.contains('?') { '&' } else { '?' };
    let named: crate::PostgresAddress =
        format!("{url}{joint}application_name=elsewhere").parse().unwrap();
    let _session = Place::Server(Box::new(named)).reader().unwrap();

    assert_eq!(Snapshot::others(&server).unwrap(), 1);
}

#[test]
fn indexes_of_tables_that_are_not_ours_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (_database, server) = server();
    for place in [file(folder.path(), "one"), server] {
        empty(&place);
        let connection = place.writer().unwrap();
        let sql = "CREATE TABLE notes (x BIGINT); CREATE INDEX notes_by_x ON notes (x)";
        connection.execute_batch(sql).unwrap();

        let (target, _) = Target::begin(&place, "x", Completeness::Resumable).unwrap();

        assert!(is_there(&place, "notes_by_x") && !is_there(&place, "users_of_account"));
        target.finish(&mut |_, _| {}).unwrap();
    }
}

#[test]
fn a_copy_that_is_kept_does_not_fail_for_what_comes_after() {
    let folder = tempfile::tempdir().unwrap();
    let (_database, server) = server();
    let source = file(folder.path(), "one");
    filled(&source);
    empty(&server);
    // An index whose values cannot be had while the tables are analysed.
    let connection = server.writer().unwrap();
    connection
        .execute_batch(
            "CREATE FUNCTION unfit(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
             BEGIN
                 IF current_query() LIKE '%ANALYZE%' THEN RAISE 'on purpose'; END IF;
                 RETURN $1;
             END $$;
             CREATE INDEX accounts_unfit ON accounts (unfit(id))",
        )
        .unwrap();
    copied(&source, &server).unwrap();

    assert!(connection.execute_batch("ANALYZE").is_err());
    assert_eq!(digests(&server), digests(&source));
}
