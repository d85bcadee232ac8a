//! SM2 signatures with SM3 (GB/T 32918.2).

use std::convert::Infallible;
use std::hint::black_box;

use ledger::Random;
use pki::KeyError;
use sm2::dsa::signature::RandomizedSigner;
use sm2::dsa::signature::hazmat::RandomizedPrehashSigner;
use sm2::dsa::signature::rand_core::{TryCryptoRng, TryRng};
use sm2::dsa::{Signature, SigningKey};
use x509::key::{PrivateKey, PrivateKeyError, SM2_DEFAULT_ID};

use super::unusable;

/// The octets of a digest of SM3.
const DIGEST: usize = 32;

/// An SM2 key with the digest of its owner's identifier. Wiped when dropped.
pub(super) struct Sm2Key(SigningKey);

impl Sm2Key {
    /// Hands the key to the library, with the default identifier (GM/T 0009 §10).
    pub(super) fn new(key: &PrivateKey) -> Result<Self, KeyError> {
        let id = std::str::from_utf8(SM2_DEFAULT_ID).map_err(unusable)?;
        let scalar = key.ec_scalar().ok_or_else(|| unusable(PrivateKeyError::Unreadable))?;
        SigningKey::from_slice(id, scalar).map(Self).map_err(unusable)
    }

    /// The signature as SEQUENCE { r, s } (GM/T 0009 §7.3).
    ///
    /// The nonce is derived from key, message and fresh randomness (RFC 6979 §3.6): it neither
    /// repeats when the generator is weak nor when a fault hits a repeated signature.
    pub(super) fn sign(&self, message: &[u8], random: &dyn Random) -> Result<Vec<u8>, KeyError> {
        let signature = self.0.try_sign_with_rng(&mut Fresh(random), message);
        Self::encoded(signature)
    }

    /// The signature of the message with this digest, which begins with that of the signer
    /// (GB/T 32918.2 §5.5); made as any other.
    pub(super) fn sign_digest(
        &self,
        digest: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, KeyError> {
        if digest.len() != DIGEST {
            return Err(KeyError::Mismatch);
        }
        Self::encoded(self.0.sign_prehash_with_rng(&mut Fresh(random), digest))
    }

    fn encoded(signature: sm2::dsa::signature::Result<Signature>) -> Result<Vec<u8>, KeyError> {
        // The standard goes back for another nonce where r or s would be zero; the library answers
        // with an error instead, which one signature in 2^255 meets.
        Ok(signature.map_err(unusable)?.to_der().as_bytes().to_vec())
    }
}

impl Drop for Sm2Key {
    /// The library's type does not wipe itself, and forbids changing the scalar, so that another
    /// key is put over it; the compiler may not leave the writing out, since it is looked at.
    fn drop(&mut self) {
        let mut one = [0; 32];
        one[31] = 1;
        if let Ok(other) = SigningKey::from_slice(self.0.distid(), &one) {
            self.0 = other;
            black_box(&self.0);
        }
    }
}

/// The port to randomness, as the library wants it.
struct Fresh<'a>(&'a dyn Random);

impl TryRng for Fresh<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_be_bytes(self.0.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_be_bytes(self.0.bytes()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Fresh<'_> {}

#[cfg(test)]
mod tests {
    use ledger::system::SystemRandom;
    use x509::key::SignatureAlgorithm;

    use super::*;

    #[test]
    fn the_same_message_gets_another_signature_each_time() {
        let key = PrivateKey::from_sm2_scalar(&[1; 32]).unwrap();
        let signing = Sm2Key::new(&key).unwrap();

        let first = signing.sign(b"message", &SystemRandom).unwrap();
        let second = signing.sign(b"message", &SystemRandom).unwrap();

        assert_ne!(first, second);
        for signature in [first, second] {
            assert!(
                key.public_key().verify(SignatureAlgorithm::Sm2Sm3, b"message", &signature).is_ok()
            );
        }
    }
}
