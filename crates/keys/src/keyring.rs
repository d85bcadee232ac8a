//! The opened data keys, and the form of a sealed blob.
//!
//! A blob is: format octet, number of the data key (32 bits, big-endian), nonce, ciphertext and
//! tag. Format and number are authenticated along with the caller's context.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use ledger::Random;
use zeroize::Zeroizing;

use crate::aead::Aead;
use crate::context::Context;
use crate::data_key::DataKeyOctets;
use crate::{DataKey, SealedError, VaultError};

/// The first octet of a blob.
const FORMAT: u8 = 1;

/// Octets before the nonce: the format and the number of the data key.
const HEADER_LENGTH: usize = 5;

/// Every data key, opened.
pub(crate) struct Keyring {
    opened: RwLock<Arc<Opened>>,
    random: Arc<dyn Random>,
}

/// The data keys at one moment. What is under way goes on with those that it began with.
struct Opened {
    keys: BTreeMap<u32, OpenedDataKey>,
    newest: u32,
}

/// A data key as its cipher, and as octets, which another master key may have to wrap.
struct OpenedDataKey {
    cipher: Aead,
    octets: DataKeyOctets,
}

impl OpenedDataKey {
    fn of(octets: DataKeyOctets) -> Result<Self, SealedError> {
        Ok(Self { cipher: Aead::new(&octets)?, octets })
    }
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
                .and_then(OpenedDataKey::of)
                .map_err(|_| VaultError::DamagedDataKey(data_key.id))?;
            keys.insert(data_key.id, opened);
        }
        let newest = *keys.last_key_value().ok_or(VaultError::NoDataKey)?.0;
        Ok(Self { opened: RwLock::new(Arc::new(Opened { keys, newest })), random })
    }

    /// Seals `plaintext` under the newest data key, bound to `context`.
    pub(crate) fn seal(&self, plaintext: &[u8], context: &Context) -> Result<Vec<u8>, SealedError> {
        let opened = self.opened();
        let key = opened.key(opened.newest)?;
        let header = header(opened.newest).to_vec();
        let bound = bound_to(&header, context);
        key.cipher.seal_onto(header, plaintext, &bound, self.random.as_ref())
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
        let opened = self.opened();
        opened.key(u32::from_be_bytes(id))?.cipher.open(sealed, &bound_to(header, context))
    }

    /// Seals again under the newest data key what [`Keyring::seal`] made for the same `context`.
    pub(crate) fn reseal(&self, blob: &[u8], context: &Context) -> Result<Vec<u8>, SealedError> {
        self.seal(&self.open_blob(blob, context)?, context)
    }

    /// The data keys `ids` as another master key wraps them.
    pub(crate) fn wrapped(&self, ids: &[u32], master: &Aead) -> Result<Vec<DataKey>, SealedError> {
        let opened = self.opened();
        ids.iter()
            .map(|id| DataKey::wrap((*id, &opened.key(*id)?.octets), master, self.random()))
            .collect()
    }

    /// The number of the data key that seals what is new.
    pub(crate) fn newest(&self) -> u32 {
        self.opened().newest
    }

    /// Takes a data key into use: if its number is the greatest, it seals what is new.
    pub(crate) fn add(&self, id: u32, octets: &DataKeyOctets) -> Result<(), SealedError> {
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        let mut keys = BTreeMap::from([(id, OpenedDataKey::of(octets.clone())?)]);
        for (id, key) in &opened.keys {
            keys.insert(*id, OpenedDataKey::of(key.octets.clone())?);
        }
        *opened = Arc::new(Opened { newest: opened.newest.max(id), keys });
        Ok(())
    }

    /// The randomness that everything here is made with.
    pub(crate) fn random(&self) -> &dyn Random {
        self.random.as_ref()
    }

    /// The same for another thread.
    pub(crate) fn shared_random(&self) -> Arc<dyn Random> {
        Arc::clone(&self.random)
    }

    fn opened(&self) -> Arc<Opened> {
        Arc::clone(&self.opened.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Opened {
    fn key(&self, id: u32) -> Result<&OpenedDataKey, SealedError> {
        self.keys.get(&id).ok_or(SealedError::UnknownDataKey(id))
    }
}

/// The first octets of a blob that data key `id` sealed. As octets, headers are ordered as the
/// numbers are.
pub(crate) fn header(id: u32) -> [u8; HEADER_LENGTH] {
    let [a, b, c, d] = id.to_be_bytes();
    [FORMAT, a, b, c, d]
}

/// The associated data: the blob's header, of fixed length, then the context.
fn bound_to(header: &[u8], context: &Context) -> Vec<u8> {
    [header, context.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use ledger::system::SystemRandom;

    use super::*;
    use crate::data_key::random_octets;

    fn master() -> Aead {
        Aead::new(&[7; 32]).unwrap()
    }

    fn keyring(data_keys: &[DataKey]) -> Keyring {
        Keyring::open(&master(), data_keys, Arc::new(SystemRandom)).unwrap()
    }

    fn data_keys(ids: &[u32]) -> Vec<DataKey> {
        ids.iter()
            .map(|id| {
                let octets = random_octets(&SystemRandom);
                DataKey::wrap((*id, &octets), &master(), &SystemRandom).unwrap()
            })
            .collect()
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
    #[test]
    fn a_key_that_is_added_seals_from_then_on_and_the_older_still_open() {
        let keyring = keyring(&data_keys(&[1]));
        let context = Context::of("added");
        let before = keyring.seal(b"old", &context).unwrap();

        keyring.add(2, &random_octets(&SystemRandom)).unwrap();
        let after = keyring.reseal(&before, &context).unwrap();

        assert_eq!((&before[..5], &after[..5]), (&header(1)[..], &header(2)[..]));
        for blob in [before, after] {
            assert_eq!(*keyring.open_blob(&blob, &context).unwrap(), b"old");
        }
    }

    #[test]
    fn wrapped_anew_the_keys_open_under_the_other_master_key_only() {
        let keyring = keyring(&data_keys(&[1, 2]));
        let context = Context::of("again");
        let blob = keyring.seal(b"kept", &context).unwrap();
        let other = Aead::new(&[8; 32]).unwrap();

        let wrapped = keyring.wrapped(&[1, 2], &other).unwrap();

        assert!(Keyring::open(&master(), &wrapped, Arc::new(SystemRandom)).is_err());
        let again = Keyring::open(&other, &wrapped, Arc::new(SystemRandom)).unwrap();
        assert_eq!(*again.open_blob(&blob, &context).unwrap(), b"kept");
        assert_eq!(keyring.wrapped(&[3], &other).err(), Some(SealedError::UnknownDataKey(3)));
    }

    #[test]
    fn headers_are_ordered_as_their_numbers() {
        let ids = [1, 2, 255, 256, 65_536, u32::MAX];
        assert!(ids.windows(2).all(|pair| header(pair[0]) < header(pair[1])));
    }
}
