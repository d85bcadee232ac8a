//! What a change of the master key, and of the data key, needs of the vault.

use pki::KeyRecord;

use super::{Vault, canary};
use crate::binding::context_of;
use crate::data_key::{DataKeyOctets, random_octets};
use crate::keyring::header;
use crate::secret_seal::of_secret;
use crate::{DataKey, MasterKey, SealedError, VaultError};

/// How deep a rotation goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Depth {
    /// A new data key as well: everything is to be sealed again under it.
    Deep,
    /// A new master key wraps the same data keys.
    MasterKey,
}

/// What must become true in one commit for another master key to be the one.
pub struct Rewrapped {
    /// All data keys, wrapped by the new master key, in ascending order.
    pub data_keys: Vec<DataKey>,
    /// The canary under the new master key.
    pub canary: Vec<u8>,
    /// The data key that was not there before.
    fresh: Option<(u32, DataKeyOctets)>,
}

impl Vault {
    /// Wraps the stored data keys, whose numbers are `ids`, under `master`. With [`Depth::Deep`]
    /// there is one more, which seals nothing before [`Vault::adopt`].
    ///
    /// # Errors
    ///
    /// [`VaultError::Sealing`] if a data key is not in this vault, or the cipher fails.
    pub fn rewrap(
        &self,
        master: &MasterKey,
        ids: &[u32],
        depth: Depth,
    ) -> Result<Rewrapped, VaultError> {
        let keyring = self.keyring();
        let rewrap = || {
            let cipher = master.cipher()?;
            let mut data_keys = keyring.wrapped(ids, &cipher)?;
            let fresh = match depth {
                Depth::MasterKey => None,
                Depth::Deep => {
                    // Never a number that was in use: blobs of the removed data key name it.
                    let id = keyring.newest().checked_add(1).ok_or(SealedError::Content)?;
                    let octets = random_octets(keyring.random());
                    data_keys.push(DataKey::wrap((id, &octets), &cipher, keyring.random())?);
                    Some((id, octets))
                }
            };
            let canary = canary::seal(&cipher, keyring.random())?;
            Ok(Rewrapped { data_keys, canary, fresh })
        };
        rewrap().map_err(VaultError::Sealing)
    }

    /// Seals under the new data key from now on, if there is one. To be called when its row is
    /// durable: what it seals before could be lost.
    ///
    /// # Errors
    ///
    /// [`VaultError::Sealing`] if the cipher fails.
    pub fn adopt(&self, rewrapped: Rewrapped) -> Result<(), VaultError> {
        match rewrapped.fresh {
            Some((id, octets)) => self.keyring().add(id, &octets).map_err(VaultError::Sealing),
            None => Ok(()),
        }
    }

    /// The number of the data key that seals what is new.
    pub fn newest_data_key(&self) -> u32 {
        self.keyring().newest()
    }

    /// How every blob begins that data key `id` has sealed. Headers are ordered as the numbers are.
    pub fn blob_header(id: u32) -> [u8; 5] {
        header(id)
    }

    /// A private key's blob, sealed again under the newest data key.
    ///
    /// # Errors
    ///
    /// When it does not open.
    pub fn reseal_key(&self, key: &KeyRecord) -> Result<Vec<u8>, SealedError> {
        self.keyring().reseal(&key.sealed, &context_of(key))
    }

    /// A secret's blob, sealed again under the newest data key for the same `context` (see
    /// [`iam::SecretSeal::seal`]).
    ///
    /// # Errors
    ///
    /// When it does not open.
    pub fn reseal_secret(&self, sealed: &[u8], context: &[u8]) -> Result<Vec<u8>, SealedError> {
        self.keyring().reseal(sealed, &of_secret(context))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use iam::SecretSeal;
    use ledger::system::SystemRandom;
    use pki::{KeyPurpose, KeyStore};
    use x509::key::KeyAlgorithm;

    use super::*;
    use crate::NewVault;
    use crate::conformance::binding;

    fn new() -> (MasterKey, NewVault) {
        let master = MasterKey::generate(&SystemRandom);
        let new = Vault::create(&master, Arc::new(SystemRandom)).unwrap();
        (master, new)
    }

    fn open(master: &MasterKey, of: &Rewrapped) -> Result<Vault, VaultError> {
        Vault::open(master, &of.data_keys, &of.canary, Arc::new(SystemRandom))
    }

    #[tokio::test]
    async fn after_a_rotation_the_new_master_key_opens_everything_and_the_old_one_nothing() {
        let (old, NewVault { vault, .. }) = new();
        let key = vault.generate(binding(KeyPurpose::Csr), KeyAlgorithm::EcP256).await.unwrap();
        let master = MasterKey::generate(&SystemRandom);

        let rewrapped = vault.rewrap(&master, &[1], Depth::MasterKey).unwrap();

        assert_eq!(open(&old, &rewrapped).err(), Some(VaultError::WrongMasterKey));
        let again = open(&master, &rewrapped).unwrap();
        let (before, after) = (vault.export(&key).await, again.export(&key).await);
        assert_eq!(*before.unwrap(), *after.unwrap());
    }

    #[tokio::test]
    async fn a_deep_rotation_seals_again_so_that_the_old_data_key_opens_nothing() {
        let (old, NewVault { vault, data_key, canary }) = new();
        let mut key = vault.generate(binding(KeyPurpose::Csr), KeyAlgorithm::EcP256).await.unwrap();
        let secret = vault.seal(b"secret", b"row").unwrap();
        let master = MasterKey::generate(&SystemRandom);

        let rewrapped = vault.rewrap(&master, &[1], Depth::Deep).unwrap();
        assert_eq!(vault.newest_data_key(), 1, "nothing is sealed with it before it is adopted");
        let only_new = Rewrapped {
            data_keys: rewrapped.data_keys[1..].to_vec(),
            canary: rewrapped.canary.clone(),
            fresh: None,
        };
        vault.adopt(rewrapped).unwrap();
        key.sealed = vault.reseal_key(&key).unwrap();
        let secret = vault.reseal_secret(&secret, b"row").unwrap();

        assert_eq!(key.sealed[..5], Vault::blob_header(2));
        let again = open(&master, &only_new).unwrap();
        assert!(again.export(&key).await.is_ok());
        assert_eq!(*SecretSeal::open(&again, &secret, b"row").unwrap(), b"secret");
        // With all that the old master key opens: the row from before.
        let past = Vault::open(&old, &[data_key], &canary, Arc::new(SystemRandom)).unwrap();
        assert!(past.export(&key).await.is_err());
        assert!(SecretSeal::open(&past, &secret, b"row").is_err());
    }

    #[tokio::test]
    async fn a_key_that_was_not_stored_yet_is_sealed_under_the_data_key_of_the_moment() {
        let (_, NewVault { vault, .. }) = new();
        let key = vault.generate(binding(KeyPurpose::Csr), KeyAlgorithm::EcP256).await.unwrap();
        let same = vault.seal_again(key.clone()).unwrap();
        assert_eq!(same.sealed, key.sealed);

        let master = MasterKey::generate(&SystemRandom);
        vault.adopt(vault.rewrap(&master, &[1], Depth::Deep).unwrap()).unwrap();
        let again = vault.seal_again(key.clone()).unwrap();

        assert_eq!(again.sealed[..5], Vault::blob_header(2));
        let (one, other) = (vault.export(&key).await, vault.export(&again).await);
        assert_eq!(*one.unwrap(), *other.unwrap());
    }

    #[test]
    fn a_data_key_that_is_not_there_is_not_wrapped() {
        let (master, NewVault { vault, .. }) = new();

        let rewrapped = vault.rewrap(&master, &[1, 2], Depth::MasterKey);

        let missing = VaultError::Sealing(SealedError::UnknownDataKey(2));
        assert_eq!(rewrapped.err(), Some(missing));
    }
}
