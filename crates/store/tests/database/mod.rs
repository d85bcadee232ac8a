//! Databases on a PostgreSQL of the tests' own.

use postgres_cluster::{Cluster, TestDatabase};
use store::{Database, Demands, Durability, PostgresAddress};

/// A database that is open. It is closed before it is removed.
pub(crate) struct Opened {
    pub(crate) database: Database,
    _server: TestDatabase,
}

/// A database of this test's own, with every table and no row.
pub(crate) async fn fresh_database() -> Opened {
    let making = tokio::task::spawn_blocking(|| {
        let server = TestDatabase::like(&Cluster::shared(), "tables", |url| drop(open(url)));
        Opened { database: open(&server.url()), _server: server }
    });
    making.await.unwrap()
}

/// Opens a database of a server that the tests throw away.
pub(crate) fn open(url: &str) -> Database {
    let address: PostgresAddress = url.parse().unwrap();
    let demands = Demands { durability: Durability::Spared, ..Demands::default() };
    Database::open_postgres(address, demands).unwrap()
}
