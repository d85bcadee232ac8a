//! A database of its own in a PostgreSQL that is there already, removed at the end.

use std::process;

use crate::failure::Failure;
use crate::seed::Cluster;

/// A database that is removed when this is dropped.
pub(crate) struct FreshDatabase {
    /// How to reach it.
    pub(crate) url: String,
    cluster: Cluster,
    name: String,
}

impl FreshDatabase {
    /// Makes one beside that at `url`, whose user may make databases. Texts are ordered by their octets,
    /// as SQLite orders them.
    ///
    /// # Errors
    ///
    /// Nobody answers there, or refuses.
    pub(crate) fn create(url: &str, purpose: &str) -> Result<Self, Failure> {
        let cluster = Cluster::open(url)?;
        let name = format!("bench_{}_{}", purpose.replace('-', "_"), process::id());
        cluster.run(&format!(
            "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        ))?;
        Ok(Self { url: beside(url, &name), cluster, name })
    }
}

impl Drop for FreshDatabase {
    fn drop(&mut self) {
        if let Err(failure) = self.cluster.run(&format!("DROP DATABASE {} WITH (FORCE)", self.name))
        {
            eprintln!("the database {} stays: {failure}", self.name);
        }
    }
}

/// The same URL with another database.
fn beside(url: &str, name: &str) -> String {
    let (rest, parameters) = url.split_once('?').map_or((url, None), |(r, p)| (r, Some(p)));
    let (scheme, place) = rest.split_once("://").unwrap_or(("postgres", rest));
    let host = place.split('/').next().unwrap_or_default();
    match parameters {
        Some(parameters) => format!("{scheme}://{host}/{name}?{parameters}"),
        None => format!("{scheme}://{host}/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_a_url_is_another() {
        for (url, expected) in [
            ("postgres://ca@db:5432/ca", "postgres://ca@db:5432/x"),
            ("postgres://ca@db", "postgres://ca@db/x"),
            (
                "postgres://ca@%2Ftmp%2Fs/ca?sslmode=disable",
                "postgres://ca@%2Ftmp%2Fs/x?sslmode=disable",
            ),
        ] {
            assert_eq!(beside(url, "x"), expected);
        }
    }
}
