//! The opened data keys, and the form of a sealed blob.
//!
//! A blob is: format octet, number of the data key (32 bits, big-endian), nonce, ciphertext and
//! tag. Format and number are authenticated along with the caller's context.

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger::Random;
use zeroize::Zeroizing;

use crate::aead::Aead;
use crate::context::Context;
use crate::{DataKey, SealedError, VaultError};

/// The first octet of a blob.
const FORMAT: u8 = 1;

/// Octets before the nonce: the format and the number of the data key.
const HEADER_LENGTH: usize = 5;

/// Every data key, opened.
pub(crate) struct Keyring {
    keys: BTreeMap<u32, Aead>,
    newest: u32,
    random: Arc<dyn Random>,
}

impl Keyring {
    /// Opens all data keys.
    pub(crate) fn open(
        master: &Aead,
        data_keys: &[DataKey],
        random: Arc<dyn Random>,
    ) -> Result<Self, VaultError> {
        let mut keys = BTreeMap::new();
        for data_key in data_keys {
            let opened = data_key
                .unwrap_with(master)
                .map_err(|_| VaultError::DamagedDataKey(data_key.id))?;
            keys.insert(data_key.id, opened);
        }
        let newest = *keys.last_key_value().ok_or(VaultError::NoDataKey)?.0;
        Ok(Self { keys, newest, random })
    }

    /// Seals `plaintext` under the newest data key, bound to `context`.
    pub(crate) fn seal(&self, plaintext: &[u8], context: &Context) -> Result<Vec<u8>, SealedError> {
        let key = self.key(self.newest)?;
        let mut header = vec![FORMAT];
        header.extend_from_slice(&self.newest.to_be_bytes());
        let bound = bound_to(&header, context);
        key.seal_onto(header, plaintext, &bound, self.random.as_ref())
    }

    /// Opens what [`Keyring::seal`] made for the same `context`.
    pub(crate) fn open_blob(
        &self,
        blob: &[u8],
        context: &Context,
    ) -> Result<Zeroizing<Vec<u8>>, SealedError> {
        let (header, sealed) =
            blob.split_first_chunk::<HEADER_LENGTH>().ok_or(SealedError::Truncated)?;
        let [format, id @ ..] = *header;
        if format != FORMAT {
            return Err(SealedError::UnknownFormat(format));
        }
        self.key(u32::from_be_bytes(id))?.open(sealed, &bound_to(header, context))
    }

    /// The randomness that everything here is made with.
    pub(crate) fn random(&self) -> &dyn Random {
        self.random.as_ref()
    }

    fn key(&self, id: u32) -> Result<&Aead, SealedError> {
        self.keys.get(&id).ok_or(SealedError::UnknownDataKey(id))
    }
}

/// The associated data: the blob's header, of fixed length, then the context.
fn bound_to(header: &[u8], context: &Context) -> Vec<u8> {
    [header, context.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use ledger::system::SystemRandom;

    use super::*;

    fn master() -> Aead {
        Aead::new(&[7; 32]).unwrap()
    }

    fn keyring(data_keys: &[DataKey]) -> Keyring {
        Keyring::open(&master(), data_keys, Arc::new(SystemRandom)).unwrap()
    }

    fn data_keys(ids: &[u32]) -> Vec<DataKey> {
        ids.iter().map(|id| DataKey::generate(*id, &master(), &SystemRandom).unwrap()).collect()
    }

    #[test]
    fn what_was_sealed_opens_for_its_context_only() {
        let keyring = keyring(&data_keys(&[1]));
        let blob = keyring.seal(b"secret", &Context::of("one")).unwrap();

        assert_eq!(*keyring.open_blob(&blob, &Context::of("one")).unwrap(), b"secret");
        let other = keyring.open_blob(&blob, &Context::of("two"));
        assert_eq!(other.err(), Some(SealedError::NotAuthentic));
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let keyring = keyring(&data_keys(&[1]));
        let context = Context::of("flips");
        let blob = keyring.seal(b"secret", &context).unwrap();

        for bit in 0..blob.len() * 8 {
            let mut flipped = blob.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(keyring.open_blob(&flipped, &context).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn every_cut_is_found() {
        let keyring = keyring(&data_keys(&[1]));
        let context = Context::of("cuts");
        let blob = keyring.seal(b"secret", &context).unwrap();

        for length in 0..blob.len() {
            assert!(keyring.open_blob(&blob[..length], &context).is_err(), "{length} octets");
        }
    }

    #[test]
    fn the_newest_data_key_seals_and_the_older_ones_still_open() {
        let keys = data_keys(&[1, 2]);
        let context = Context::of("age");
        let before = keyring(&keys[..1]).seal(b"old", &context).unwrap();
        let now = keyring(&keys);

        let after = now.seal(b"new", &context).unwrap();

        assert_eq!(after[..5], [1, 0, 0, 0, 2]);
        assert_eq!(*now.open_blob(&before, &context).unwrap(), b"old");
        let unknown = keyring(&keys[..1]).open_blob(&after, &context);
        assert_eq!(unknown.err(), Some(SealedError::UnknownDataKey(2)));
    }

    #[test]
    fn a_data_key_under_another_number_does_not_open() {
        let mut keys = data_keys(&[1]);
        keys[0].id = 2;

        let opened = Keyring::open(&master(), &keys, Arc::new(SystemRandom));

        assert_eq!(opened.err(), Some(VaultError::DamagedDataKey(2)));
    }

    #[test]
    fn sealing_the_same_twice_gives_different_blobs() {
        let keyring = keyring(&data_keys(&[1]));
        let context = Context::of("nonces");

        assert_ne!(keyring.seal(b"x", &context).unwrap(), keyring.seal(b"x", &context).unwrap());
    }
}
