//! `/v1/pca/config`: what the site can do.

pub(crate) mod console;
