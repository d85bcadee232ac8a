//! Finding out whose token it is: its digest, and one read of token, user and account.

use std::path::Path;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use rusqlite::Connection;

use super::cpu::{nowhere, of_one};
use crate::failure::Failure;
use crate::seed::Cluster;
use crate::world::hex;

const READ: &str = "SELECT * FROM tokens JOIN users ON users.id = tokens.user_id
     JOIN accounts ON accounts.id = tokens.account WHERE tokens.digest = ";

/// From the server's file.
///
/// # Errors
///
/// SQLite's own.
pub(super) fn in_a_file(token: &str, file: &Path, length: Duration) -> Result<f64, Failure> {
    let connection = Connection::open(file)?;
    let sql = format!("{READ} ?1");
    of_one(length, nowhere, || {
        let mut statement = connection.prepare_cached(&sql)?;
        let columns = statement.column_count();
        statement.query_row([hash(token)], |row| {
            for column in 0..columns {
                row.get_ref(column)?;
            }
            Ok(())
        })?;
        Ok(1)
    })
}

/// From the server's PostgreSQL, whose processes count as well.
///
/// # Errors
///
/// The database's own.
pub(super) fn in_a_cluster(
    token: &str,
    cluster: &Cluster,
    length: Duration,
) -> Result<f64, Failure> {
    let prepared = cluster.prepared(&[format!("{READ} $1")])?;
    let servers = cluster.processes()?;
    let used = || servers.iter().filter_map(|id| crate::server::processor_time(*id)).sum();
    of_one(length, used, || {
        cluster.read(&prepared, &hash(token))?;
        Ok(1)
    })
}

fn hash(token: &str) -> String {
    hex(digest(&SHA256, token.as_bytes()).as_ref())
}
