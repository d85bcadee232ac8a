//! Every claim can be asked of both engines.

use postgres_cluster::{Cluster, TestDatabase};

use super::claims;
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
