//! `/v1/private-certificates/resource-instances`: certificates by their tags.

pub(crate) mod count;
pub(crate) mod filter;
