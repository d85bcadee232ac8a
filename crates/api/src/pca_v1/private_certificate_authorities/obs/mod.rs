//! `…/obs`: buckets, and the agency that opens them, in the older words.

pub(in crate::pca_v1) mod agencies;
pub(in crate::pca_v1) mod buckets;
