//! Private keys and small secrets, sealed under a master key.
//!
//! A [`MasterKey`] wraps data keys, data keys seal blobs, and every blob is bound to the place it
//! belongs to. The [`Vault`] opens them again: it is the software implementation of
//! [`pki::KeyStore`], and seals access-key secrets for `iam`. This crate knows no database: whoever
//! calls keeps the wrapped data keys, the canary and the sealed blobs.

mod aead;
mod binding;
#[cfg(test)]
mod conformance;
mod context;
mod data_key;
mod error;
mod keyring;
mod master_key;
mod measure;
mod secret_seal;
mod software;
mod vault;

pub use data_key::DataKey;
pub use error::{SealedError, VaultError};
pub use master_key::{MasterKey, MasterKeyError};
pub use measure::describe_metrics;
pub use software::RsaPool;
pub use vault::{Depth, NewVault, Rewrapped, Vault};
