//! `/v1/private-certificate-authorities/resource-instances`: authorities by their tags.

pub(crate) mod count;
pub(crate) mod filter;
