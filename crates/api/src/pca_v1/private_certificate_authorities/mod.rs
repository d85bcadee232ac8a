//! `/v1/private-certificate-authorities`: certificate authorities.

pub(super) mod account_tags;
pub(super) mod activate;
pub(super) mod agencies;
pub(super) mod agency;
pub(super) mod create;
pub(super) mod crl;
mod crl_configuration;
pub(super) mod csr;
pub(super) mod delete;
pub(super) mod disable;
pub(super) mod enable;
pub(super) mod export;
mod fill_order;
pub(super) mod import;
pub(super) mod issuance;
pub(super) mod list;
pub(super) mod obs;
pub(super) mod ocsp;
pub(super) mod order;
pub(super) mod quotas;
pub(super) mod resource_instances;
pub(super) mod restore;
pub(super) mod revoke;
pub(super) mod show;
pub(super) mod tags;
