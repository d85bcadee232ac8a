//! `/v1/pca`: the site.

pub(super) mod config;
