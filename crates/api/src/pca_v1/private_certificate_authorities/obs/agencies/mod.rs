//! `…/obs/agencies`

pub(in crate::pca_v1) mod create;
pub(in crate::pca_v1) mod show;
