//! `/v1/pca/config`

mod console;
