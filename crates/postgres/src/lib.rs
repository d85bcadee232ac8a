//! A PostgreSQL of a test's own: a cluster in a temporary directory, made from the programs that are
//! installed, on the loopback interface and a socket in its directory.
//!
//! A dev-dependency only. A cluster fails by panicking with what went wrong, as tests do, and ends with
//! the process that made it, however that ends.
#![expect(clippy::expect_used, reason = "a cluster that cannot start fails the test")]

mod cluster;
mod database;
mod encryption;
mod power;
mod programs;
mod running;
mod statement;
mod unprivileged;

pub use cluster::{Cluster, Durability};
pub use database::TestDatabase;
pub use programs::Programs;
