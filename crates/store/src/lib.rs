//! The ledger kept in SQLite: one writer, shared durable commits.
//!
//! [`Database`] implements the ports [`pki::Store`] and [`iam::Directory`]. Writes go through one
//! thread that owns the write connection: it takes every change set that is waiting, writes them
//! in one transaction, and answers each after that transaction is on the disk. Reads have their own
//! connections and see every commit that was answered before they began.

mod authority_keys;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod connection;
pub mod contents;
mod crls;
mod database;
mod directory;
mod epochs;
pub mod inspection;
mod leases;
mod measure;
mod migrations;
mod open_error;
mod options;
mod pki_reads;
mod pki_store;
#[cfg(test)]
mod plans;
mod postgres;
mod publications;
mod readers;
mod record;
mod replica;
mod responders;
mod rotation;
mod sealed;
mod sql;
mod tables;
#[cfg(test)]
mod tests;
mod watched;
mod writer;

pub use database::Database;
pub use measure::describe_metrics;
pub use open_error::OpenError;
pub use options::{Options, Synchronous};
pub use postgres::{
    AddressError, Demands, Durability, PostgresAddress, Standby, Standing, TrustError, UnfitServer,
};
pub use record::{DataKeyRow, Record};
pub use rotation::Rewrap;
pub use sealed::{Resealed, SealedColumn, SealedFor, SealedRow};
pub use tables::audit_events::AuditFilter;
pub use watched::{CrlTimes, Ending, Replica, Standbys, Watched, WorkState};
pub use writer::QueueError;
