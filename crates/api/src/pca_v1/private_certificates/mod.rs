//! `/v1/private-certificates`: certificates that authorities issued.

pub(super) mod account_tags;
pub(super) mod create;
pub(super) mod csr;
pub(super) mod delete;
pub(super) mod export;
mod extensions;
pub(super) mod list;
pub(super) mod quotas;
pub(super) mod resource_instances;
pub(super) mod revoke;
pub(super) mod show;
pub(super) mod tags;
