//! Data keys: what seals blobs, itself wrapped by the master key.

use ledger::Random;
use zeroize::Zeroizing;

use crate::SealedError;
use crate::aead::{Aead, KEY_LENGTH};
use crate::context::Context;

/// The first octet of a wrapped data key.
const FORMAT: u8 = 1;

/// A data key as it is stored: its number, which blobs name, and its wrapped form.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DataKey {
    /// Counts from 1; the greatest one seals what is new.
    pub id: u32,
    /// Format octet, nonce, ciphertext and tag under the master key.
    pub wrapped: Vec<u8>,
}

impl DataKey {
    /// Makes data key `id`.
    pub(crate) fn generate(
        id: u32,
        master: &Aead,
        random: &dyn Random,
    ) -> Result<Self, SealedError> {
        let mut key = Zeroizing::new([0; KEY_LENGTH]);
        random.fill(key.as_mut_slice());
        let wrapped =
            master.seal_onto(vec![FORMAT], key.as_slice(), context(id).as_bytes(), random)?;
        Ok(Self { id, wrapped })
    }

    /// Opens it.
    pub(crate) fn unwrap_with(&self, master: &Aead) -> Result<Aead, SealedError> {
        let (format, sealed) = self.wrapped.split_first().ok_or(SealedError::Truncated)?;
        if *format != FORMAT {
            return Err(SealedError::UnknownFormat(*format));
        }
        let key = master.open(sealed, context(self.id).as_bytes())?;
        Aead::new(key.as_slice().try_into().map_err(|_| SealedError::Content)?)
    }
}

/// A wrapped data key opens only under its own number.
fn context(id: u32) -> Context {
    Context::of("data key").with(&id.to_be_bytes())
}
