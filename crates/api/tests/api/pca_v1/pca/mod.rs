//! `/v1/pca`

mod config;
