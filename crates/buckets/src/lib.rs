//! The buckets that CRLs are published in: local directories, S3-compatible stores, OBS.
//!
//! [`Configured`] implements the port [`pki::crl::Buckets`]. An object is put as a whole and durably,
//! and where the store can compare, only over what was found there.

mod configured;
mod content;
mod local;
mod remote;

pub use configured::{Bucket, Configured, Kind};
pub use remote::{Comparing, Credentials, OpenError, Remote};
