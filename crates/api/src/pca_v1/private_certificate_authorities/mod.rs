//! `/v1/private-certificate-authorities`: certificate authorities.

pub(super) mod account_tags;
pub(super) mod activate;
pub(super) mod create;
mod crl_configuration;
pub(super) mod csr;
pub(super) mod delete;
pub(super) mod disable;
pub(super) mod enable;
mod enterprise_project;
pub(super) mod export;
pub(super) mod import;
mod issuance;
pub(super) mod list;
pub(super) mod quotas;
pub(super) mod restore;
pub(super) mod revoke;
pub(super) mod show;
pub(super) mod tags;
