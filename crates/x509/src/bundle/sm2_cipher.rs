//! SM2 encryption (GB/T 32918.4), in the form of GM/T 0009.

use std::convert::Infallible;

use sm2::PublicKey as Sm2PublicKey;
use sm2::dsa::signature::rand_core::{TryCryptoRng, TryRng};
use sm2::pke::EncryptingKey;

use super::{Draw, EncryptionFailed};
use crate::key::{KeyAlgorithm, PublicKey};

const FAILED: EncryptionFailed = EncryptionFailed("SM2");

/// `message` encrypted to `key`: an SM2Cipher (GM/T 0009 §7.2), DER.
pub(super) fn encrypt(
    key: &PublicKey,
    message: &[u8],
    draw: &mut Draw<'_>,
) -> Result<Vec<u8>, EncryptionFailed> {
    if key.algorithm() != KeyAlgorithm::Sm2 {
        return Err(FAILED);
    }
    let point = Sm2PublicKey::from_sec1_bytes(key.bits()).map_err(|_| FAILED)?;
    EncryptingKey::new(point).encrypt_der(&mut Drawing(draw), message).map_err(|_| FAILED)
}

/// The caller's octets, as the library wants them.
struct Drawing<'a, 'b>(&'a mut Draw<'b>);

impl TryRng for Drawing<'_, '_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_be_bytes(super::drawn(self.0)))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_be_bytes(super::drawn(self.0)))
    }

    fn try_fill_bytes(&mut self, octets: &mut [u8]) -> Result<(), Infallible> {
        (self.0)(octets);
        Ok(())
    }
}

impl TryCryptoRng for Drawing<'_, '_> {}
