//! One file for each table: its statements, and how its rows become values.
//!
//! A row that cannot be is an error of the read, never a guess. Each table's `COLUMNS` are named
//! with the table, so that one list serves single reads and joins, and are read in their order.

pub(crate) mod access_keys;
pub(crate) mod accounts;
pub(crate) mod audit_events;
pub(crate) mod authorities;
pub(crate) mod certificates;
mod columns;
pub(crate) mod companies;
pub(crate) mod counters;
pub(crate) mod csrs;
pub(crate) mod data_keys;
mod distinguished_names;
pub(crate) mod keys;
pub(crate) mod projects;
pub(crate) mod readiness;
mod select;
mod texts;
pub(crate) mod tokens;
pub(crate) mod users;
pub(crate) mod versions;
pub(crate) mod workspace_transactions;
