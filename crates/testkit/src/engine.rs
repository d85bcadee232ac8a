//! The database of a test's server: a file, or one on a PostgreSQL of the tests' own.

use std::path::Path;

use postgres_cluster::{Cluster, TestDatabase};
use store::{Database, Demands, Durability, Options, PostgresAddress};

/// Opens a new database. `CINNABAR_TEST_ENGINE` says on which engine: `sqlite`, as without it, or
/// `postgres`.
pub(crate) async fn open(directory: &Path) -> (Database, Option<TestDatabase>) {
    let engine = std::env::var("CINNABAR_TEST_ENGINE").unwrap_or_default();
    match engine.as_str() {
        "" | "sqlite" => (in_a_file(directory), None),
        "postgres" => {
            let opening = tokio::task::spawn_blocking(on_a_server);
            let (database, server) = opening.await.expect("a database on a server");
            (database, Some(server))
        }
        other => panic!("CINNABAR_TEST_ENGINE is sqlite or postgres, not {other}"),
    }
}

/// Opens the same database once more: that at `url`, or the file.
pub(crate) async fn open_again(directory: &Path, url: Option<String>) -> Database {
    let Some(url) = url else { return in_a_file(directory) };
    tokio::task::spawn_blocking(move || on(&url)).await.expect("the same database")
}

fn in_a_file(directory: &Path) -> Database {
    let path = directory.join("cinnabar.db");
    Database::open(&path, Options::default()).expect("a database in a file")
}

fn on_a_server() -> (Database, TestDatabase) {
    let cluster = Cluster::shared();
    let server = TestDatabase::like(&cluster, "tables", |url| drop(on(url)));
    (on(&server.url()), server)
}

fn on(url: &str) -> Database {
    let address: PostgresAddress = url.parse().expect("a URL");
    // Nobody needs what a test has written.
    let demands = Demands { durability: Durability::Spared, ..Demands::default() };
    Database::open_postgres(address, demands).expect("a database on a server")
}
