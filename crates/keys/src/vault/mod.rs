//! The vault: opened data keys, and everything that is done with them.

mod canary;
mod rotation;

pub use rotation::{Depth, Rewrapped};

use std::sync::Arc;

use ledger::Random;

use crate::data_key::random_octets;
use crate::keyring::Keyring;
use crate::software::Software;
use crate::{DataKey, MasterKey, VaultError};

/// The number of the first data key.
const FIRST: u32 = 1;

/// Seals and opens private keys and secrets; made once, shared by all.
///
/// It implements [`pki::KeyStore`] and [`iam::SecretSeal`].
pub struct Vault {
    keyring: Arc<Keyring>,
    software: Software,
}

/// A new vault with the rows that must be stored before anything that it seals.
pub struct NewVault {
    /// The opened vault.
    pub vault: Vault,
    /// Its first data key.
    pub data_key: DataKey,
    /// What finds a wrong master key at the next start.
    pub canary: Vec<u8>,
}

impl Vault {
    /// Makes the first data key and the canary under `master`.
    ///
    /// # Errors
    ///
    /// [`VaultError::Sealing`] if the cipher fails.
    pub fn create(master: &MasterKey, random: Arc<dyn Random>) -> Result<NewVault, VaultError> {
        let cipher = master.cipher().map_err(VaultError::Sealing)?;
        let canary = canary::seal(&cipher, random.as_ref()).map_err(VaultError::Sealing)?;
        let octets = random_octets(random.as_ref());
        let data_key = DataKey::wrap((FIRST, &octets), &cipher, random.as_ref())
            .map_err(VaultError::Sealing)?;
        let vault = Self::over(Keyring::open(&cipher, std::slice::from_ref(&data_key), random)?);
        Ok(NewVault { vault, data_key, canary })
    }

    /// Opens a vault with what was stored. Nothing is written.
    ///
    /// # Errors
    ///
    /// [`VaultError::WrongMasterKey`] if the canary does not open under `master`; another
    /// [`VaultError`] if the stored rows are at fault.
    pub fn open(
        master: &MasterKey,
        data_keys: &[DataKey],
        canary: &[u8],
        random: Arc<dyn Random>,
    ) -> Result<Self, VaultError> {
        let cipher = master.cipher().map_err(VaultError::Sealing)?;
        canary::check(canary, &cipher)?;
        Ok(Self::over(Keyring::open(&cipher, data_keys, random)?))
    }

    /// The opened data keys.
    pub(crate) fn keyring(&self) -> &Arc<Keyring> {
        &self.keyring
    }

    /// The parts that private keys need.
    pub(crate) fn software(&self) -> &Software {
        &self.software
    }

    fn over(keyring: Keyring) -> Self {
        Self { keyring: Arc::new(keyring), software: Software::new() }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use ledger::system::SystemRandom;

    use super::*;

    fn master() -> MasterKey {
        MasterKey::generate(&SystemRandom)
    }

    /// A vault of its own for a test.
    pub(crate) fn vault() -> Vault {
        Vault::create(&master(), Arc::new(SystemRandom)).unwrap().vault
    }

    fn reopened(master: &MasterKey, new: &NewVault) -> Result<Vault, VaultError> {
        let data_keys = std::slice::from_ref(&new.data_key);
        Vault::open(master, data_keys, &new.canary, Arc::new(SystemRandom))
    }

    #[test]
    fn what_was_sealed_opens_after_a_restart() {
        let master = master();
        let new = Vault::create(&master, Arc::new(SystemRandom)).unwrap();
        let sealed = iam::SecretSeal::seal(&new.vault, b"secret", b"row").unwrap();

        let again = reopened(&master, &new).unwrap();

        assert_eq!(*iam::SecretSeal::open(&again, &sealed, b"row").unwrap(), b"secret");
    }

    #[test]
    fn another_master_key_is_found() {
        let new = Vault::create(&master(), Arc::new(SystemRandom)).unwrap();

        assert_eq!(reopened(&master(), &new).err(), Some(VaultError::WrongMasterKey));
    }

    #[test]
    fn a_damaged_data_key_is_told_from_a_wrong_master_key() {
        let master = master();
        let mut new = Vault::create(&master, Arc::new(SystemRandom)).unwrap();
        *new.data_key.wrapped.last_mut().unwrap() ^= 1;

        assert_eq!(reopened(&master, &new).err(), Some(VaultError::DamagedDataKey(1)));
    }

    #[test]
    fn every_change_of_the_canary_is_found() {
        let master = master();
        let mut new = Vault::create(&master, Arc::new(SystemRandom)).unwrap();
        let canary = new.canary.clone();

        for position in 0..canary.len() {
            new.canary.clone_from(&canary);
            new.canary[position] ^= 1;
            assert!(reopened(&master, &new).is_err(), "octet {position}");
        }
        new.canary.clear();
        assert_eq!(reopened(&master, &new).err(), Some(VaultError::DamagedCanary));
    }

    #[test]
    fn a_vault_without_data_keys_does_not_open() {
        let master = master();
        let new = Vault::create(&master, Arc::new(SystemRandom)).unwrap();

        let opened = Vault::open(&master, &[], &new.canary, Arc::new(SystemRandom));

        assert_eq!(opened.err(), Some(VaultError::NoDataKey));
    }

    #[test]
    fn a_blob_of_another_vault_does_not_open() {
        let sealed = iam::SecretSeal::seal(&vault(), b"secret", b"row").unwrap();

        assert!(iam::SecretSeal::open(&vault(), &sealed, b"row").is_err());
    }
}
