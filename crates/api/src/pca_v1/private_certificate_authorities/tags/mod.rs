//! `/v1/private-certificate-authorities/{ca_id}/tags`: what users write on an authority.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod put;
