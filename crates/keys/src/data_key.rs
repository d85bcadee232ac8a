//! Data keys: what seals blobs, itself wrapped by the master key.

use ledger::Random;
use zeroize::Zeroizing;

use crate::SealedError;
use crate::aead::{Aead, KEY_LENGTH};
use crate::context::Context;

/// The first octet of a wrapped data key.
const FORMAT: u8 = 1;

/// A data key itself. Wiped when dropped.
pub(crate) type DataKeyOctets = Zeroizing<[u8; KEY_LENGTH]>;

/// A data key as it is stored: its number, which blobs name, and its wrapped form.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DataKey {
    /// Counts from 1; the greatest one seals what is new.
    pub id: u32,
    /// Format octet, nonce, ciphertext and tag under the master key.
    pub wrapped: Vec<u8>,
}

impl DataKey {
    /// Wraps the data key `id` under `master`.
    pub(crate) fn wrap(
        (id, key): (u32, &DataKeyOctets),
        master: &Aead,
        random: &dyn Random,
    ) -> Result<Self, SealedError> {
        let wrapped =
            master.seal_onto(vec![FORMAT], key.as_slice(), context(id).as_bytes(), random)?;
        Ok(Self { id, wrapped })
    }

    /// Opens it.
    pub(crate) fn unwrap_with(&self, master: &Aead) -> Result<DataKeyOctets, SealedError> {
        let (format, sealed) = self.wrapped.split_first().ok_or(SealedError::Truncated)?;
        if *format != FORMAT {
            return Err(SealedError::UnknownFormat(*format));
        }
        let opened = master.open(sealed, context(self.id).as_bytes())?;
        let mut key = Zeroizing::new([0; KEY_LENGTH]);
        if opened.len() != key.len() {
            return Err(SealedError::Content);
        }
        key.copy_from_slice(&opened);
        Ok(key)
    }
}

/// New octets for a data key.
pub(crate) fn random_octets(random: &dyn Random) -> DataKeyOctets {
    let mut key = Zeroizing::new([0; KEY_LENGTH]);
    random.fill(key.as_mut_slice());
    key
}

/// A wrapped data key opens only under its own number.
fn context(id: u32) -> Context {
    Context::of("data key").with(&id.to_be_bytes())
}
