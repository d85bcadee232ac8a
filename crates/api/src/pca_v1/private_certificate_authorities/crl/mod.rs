//! `…/{ca_id}/crl`: whether CRLs are published.

pub(in crate::pca_v1) mod disable;
pub(in crate::pca_v1) mod enable;
