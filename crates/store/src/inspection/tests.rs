//! Every claim can be asked of both engines.

use std::collections::BTreeSet;

use postgres_cluster::{Cluster, TestDatabase};

use super::claims;
use crate::SealedColumn;
use crate::contents::{Completeness, Place, Snapshot, Target};

/// A database with every table and no row.
fn empty(place: &Place) {
    let (target, _) = Target::begin(place, "x", Completeness::Resumable).unwrap();
    target.finish(&mut |_, _| {}).unwrap();
}

#[test]
fn every_claim_holds_of_nothing_on_either_engine() {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::new(&Cluster::shared());
    let server = Place::Server(Box::new(database.url().parse().unwrap()));
    for place in [Place::File(folder.path().join("file")), server] {
        empty(&place);
        let snapshot = Snapshot::take(&place).unwrap();
        for claim in claims() {
            let found = snapshot.contradictions(&claim, 1);
            assert_eq!(found.unwrap(), Vec::<String>::new(), "{claim:?}");
        }
    }
}

#[test]
fn a_row_without_its_owner_is_found_on_either_engine() {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::new(&Cluster::shared());
    let server = Place::Server(Box::new(database.url().parse().unwrap()));
    for place in [Place::File(folder.path().join("file")), server] {
        empty(&place);
        let connection = place.writer().unwrap();
        connection
            .execute_batch("INSERT INTO csr_requests (csr, pem) VALUES ('stray', '')")
            .unwrap();
        connection
            .execute_batch("INSERT INTO counters (quota, scope, used) VALUES ('csrs', 'a', 2)")
            .unwrap();

        let snapshot = Snapshot::take(&place).unwrap();
        let found: Vec<(&str, String)> = claims()
            .iter()
            .flat_map(|claim| {
                let found = snapshot.contradictions(claim, 9).unwrap();
                found.into_iter().map(|id| (claim.table, id))
            })
            .collect();

        let expected = [("csr_requests", "stray"), ("counters", "csrs of a")];
        assert_eq!(found, expected.map(|(table, id)| (table, id.to_owned())));
    }
}

#[test]
fn a_snapshot_that_is_renewed_sees_what_was_written_since() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::File(folder.path().join("file"));
    empty(&place);
    let snapshot = Snapshot::take(&place).unwrap();
    let csrs = crate::contents::Table::named("csr_requests").unwrap();
    assert_eq!(snapshot.count(csrs).unwrap(), 0);
    let connection = place.writer().unwrap();
    connection.execute_batch("INSERT INTO csr_requests (csr, pem) VALUES ('one', '')").unwrap();
    assert_eq!(snapshot.count(csrs).unwrap(), 0);

    snapshot.renew().unwrap();

    assert_eq!(snapshot.count(csrs).unwrap(), 1);
}

#[test]
fn a_row_that_cannot_be_read_is_told_and_those_behind_it_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::new(&Cluster::shared());
    let server = Place::Server(Box::new(database.url().parse().unwrap()));
    for place in [Place::File(folder.path().join("file")), server] {
        empty(&place);
        let connection = place.writer().unwrap();
        let good = "01a2011fe6c47960acd3c15c182aaa00";
        connection
            .execute_batch(&format!(
                "INSERT INTO accounts VALUES ('{good}', 1, 'one', 'enabled', 1),
                                             ('no account', 1, 'two', 'enabled', 1);
                 INSERT INTO users (id, version, account, name, password_hash, state, created_at)
                     VALUES ('u', 1, '{good}', 'n', '', 'enabled', 7)"
            ))
            .unwrap();
        for (number, account) in [good, "no account", good].into_iter().enumerate() {
            connection
                .execute_batch(&format!(
                    "INSERT INTO access_keys (access, version, user_id, account, sealed_secret, state,
                                              created_at, slot)
                     VALUES ('key {number}', 1, 'u', '{account}', CAST('x' AS {}), 'active', 1, {number})",
                    if connection.is_shared() { "bytea" } else { "BLOB" }
                ))
                .unwrap();
        }

        let snapshot = Snapshot::take(&place).unwrap();
        let page = snapshot.sealed(SealedColumn::AccessKeys, "", 9).unwrap();

        let read: Vec<&str> = page.rows.iter().map(|row| row.key.as_str()).collect();
        assert_eq!(read, ["key 0", "key 2"]);
        let unreadable: Vec<&str> = page.unreadable.iter().map(|row| row.key.as_str()).collect();
        assert_eq!(unreadable, ["key 1"]);
        assert_eq!((page.reached.as_str(), page.is_last), ("key 2", true));
        // Also where it is the last of its page.
        let page = snapshot.sealed(SealedColumn::AccessKeys, "", 2).unwrap();
        assert_eq!((page.reached.as_str(), page.is_last), ("key 1", false));
    }
}

#[test]
fn rows_whose_very_keys_cannot_be_read_are_each_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::File(folder.path().join("file"));
    empty(&place);
    let connection = place.writer().unwrap();
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    for key in ["'a'", "CAST(x'62ff' AS TEXT)", "'c'", "CAST(x'ff' AS TEXT)", "x'00'"] {
        let values = format!("VALUES ({key}, CAST({key} AS BLOB), '1', x'30')");
        connection.execute_batch(&format!("INSERT INTO certificates {values}")).unwrap();
    }
    let snapshot = Snapshot::take(&place).unwrap();

    for limit in 1..7 {
        let (mut read, mut unreadable, mut after) = (Vec::new(), BTreeSet::new(), String::new());
        loop {
            let page = snapshot.authorities(&after, limit).unwrap();
            read.extend(page.rows.into_iter().map(|row| row.id));
            unreadable.extend(page.unreadable.into_iter().map(|row| row.key));
            after = page.reached;
            if page.is_last {
                break;
            }
        }

        let whole = ["b\u{fffd}", "x'00'", "\u{fffd}"].map(str::to_owned);
        if limit > 1 {
            assert_eq!(read, ["a", "c"], "{limit}");
            assert_eq!(unreadable, BTreeSet::from(whole), "{limit}");
        } else {
            // As many of them side by side as a page has rows: nothing behind is seen.
            assert!(!unreadable.is_empty(), "{limit}");
        }
    }
}
