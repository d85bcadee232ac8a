//! AES-256-GCM with a random nonce in front of the ciphertext (NIST SP 800-38D).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ledger::Random;
use zeroize::Zeroizing;

use crate::SealedError;

/// Octets of a key.
pub(crate) const KEY_LENGTH: usize = 32;

/// One AES-256-GCM key, ready for use.
///
/// Nonces are 96 random bits, so one key may seal 2^32 times before the chance of a repeated nonce
/// passes 2^-32 (NIST SP 800-38D §8.3). A data key seals once for each private key and each access
/// key that is made: far below.
pub(crate) struct Aead(LessSafeKey);

impl Aead {
    /// The cipher under this key.
    pub(crate) fn new(key: &[u8; KEY_LENGTH]) -> Result<Self, SealedError> {
        let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| SealedError::Cipher)?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Appends nonce, ciphertext and tag of `plaintext`, bound to `context`, to `out`.
    pub(crate) fn seal_onto(
        &self,
        mut out: Vec<u8>,
        plaintext: &[u8],
        context: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, SealedError> {
        let nonce: [u8; NONCE_LEN] = random.bytes();
        // At its final size from the start: growing would leave a copy of the plaintext behind.
        let mut text = Vec::with_capacity(plaintext.len() + AES_256_GCM.tag_len());
        text.extend_from_slice(plaintext);
        let sealed = self.0.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(context),
            &mut text,
        );
        if sealed.is_err() {
            drop(Zeroizing::new(text));
            return Err(SealedError::Cipher);
        }
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&text);
        Ok(out)
    }

    /// Opens nonce, ciphertext and tag that were sealed for the same `context`.
    pub(crate) fn open(
        &self,
        sealed: &[u8],
        context: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealedError> {
        let (nonce, text) =
            sealed.split_first_chunk::<NONCE_LEN>().ok_or(SealedError::Truncated)?;
        let mut text = Zeroizing::new(text.to_vec());
        let length = self
            .0
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(context), &mut text)
            .map_err(|_| SealedError::NotAuthentic)?
            .len();
        text.truncate(length);
        Ok(text)
    }
}
