//! `…/{ca_id}/ocsp`

pub(in crate::pca_v1) mod switch;
