//! One file for each table: its statements, and how its rows become values.
//!
//! A row that cannot be is an error of the read, never a guess. Each table's `COLUMNS` are named
//! with the table, so that one list serves single reads and joins, and are read in their order.

pub(crate) mod access_keys;
pub(crate) mod accounts;
pub(crate) mod agencies;
pub(crate) mod attachments;
pub(crate) mod audit_events;
pub(crate) mod authorities;
pub(crate) mod authority_page;
pub(crate) mod authority_search;
mod authority_tags;
pub(crate) mod certificate_page;
pub(crate) mod certificate_search;
mod certificate_tags;
pub(crate) mod certificates;
pub(crate) mod columns;
pub(crate) mod companies;
pub(crate) mod counters;
pub(crate) mod crl_bodies;
pub(crate) mod crl_heads;
pub(crate) mod crl_places;
pub(crate) mod crls;
pub(crate) mod csrs;
mod cut;
pub(crate) mod data_keys;
mod distinguished_names;
pub(crate) mod epochs;
pub(crate) mod groups;
pub(crate) mod keys;
pub(crate) mod leases;
pub(crate) mod memberships;
pub(crate) mod policies;
pub(crate) mod private_certificates;
pub(crate) mod projects;
pub(crate) mod readiness;
pub(crate) mod responders;
pub(crate) mod revocations;
mod select;
pub(crate) mod serials;
mod tag_conditions;
pub(crate) mod temporary_keys;
mod texts;
pub(crate) mod tokens;
pub(crate) mod users;
pub(crate) mod versions;
pub(crate) mod watched;
pub(crate) mod workspace_transactions;
