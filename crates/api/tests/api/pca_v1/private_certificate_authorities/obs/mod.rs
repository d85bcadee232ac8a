//! `…/obs`

mod agencies;
mod buckets;
