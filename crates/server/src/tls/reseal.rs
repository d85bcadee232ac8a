//! The internal authority's key under another data key: it lies in a file, not in the database.

use keys::Vault;

use super::authority::{Found, key_file, read};
use super::sealed_key;
use crate::directory::DataDirectory;
use crate::failure::Failure;

/// Seals the authority's key again under the vault's newest data key. One that does not open is left
/// alone: the next start makes a new one in its place, as it would have done without this.
pub(crate) fn reseal_authority(directory: &DataDirectory, vault: &Vault) -> Result<(), Failure> {
    let certificate = directory.ca_file();
    let Found::Certificate(_, public_key) = read(&certificate)? else { return Ok(()) };
    let path = key_file(&certificate);
    let Some(mut key) = sealed_key::read(&path, &public_key)? else { return Ok(()) };
    match vault.reseal_key(&key) {
        Ok(sealed) => {
            key.sealed = sealed;
            sealed_key::write(&path, &key)
        }
        Err(error) => {
            tracing::warn!(%error, "the key of the TLS authority does not open and is left as it is");
            Ok(())
        }
    }
}
