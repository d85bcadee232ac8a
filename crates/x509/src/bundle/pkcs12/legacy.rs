//! Encryption for old programs: pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292 §C).

use des::TdesEde3;
use des::cipher::{BlockCipherEncrypt, KeyInit};
use zeroize::Zeroizing;

use super::derive::{Hash, Purpose, derive};
use crate::bundle::pbes2::Encrypted;
use crate::bundle::{Draw, EncryptionFailed, ITERATIONS, Password, drawn};
use crate::der::Writer;
use crate::oid;

/// The block of DES, in octets.
const BLOCK: usize = 8;

/// Encrypts `plain` with a new salt.
pub(super) fn encrypt(
    plain: &[u8],
    password: &Password,
    draw: &mut Draw<'_>,
) -> Result<Encrypted, EncryptionFailed> {
    const FAILED: EncryptionFailed = EncryptionFailed("triple DES");

    let salt: [u8; 16] = drawn(draw);
    let key = derive(Hash::Sha1, Purpose::Encryption, password, &salt, 24);
    let iv = derive(Hash::Sha1, Purpose::InitializationVector, password, &salt, BLOCK);
    let cipher = TdesEde3::new_from_slice(&key).map_err(|_| FAILED)?;

    let padding = BLOCK - plain.len() % BLOCK;
    let mut content = Zeroizing::new(Vec::with_capacity(plain.len() + padding));
    content.extend_from_slice(plain);
    content.resize(plain.len() + padding, u8::try_from(padding).map_err(|_| FAILED)?);
    let mut last: [u8; BLOCK] = iv.as_slice().try_into().map_err(|_| FAILED)?;
    for chunk in content.chunks_exact_mut(BLOCK) {
        last.iter_mut().zip(&*chunk).for_each(|(last, plain)| *last ^= plain);
        cipher.encrypt_block((&mut last).into());
        chunk.copy_from_slice(&last);
    }
    let algorithm = Writer::build(|w| {
        w.sequence(|w| {
            w.oid(&oid::PBE_SHA1_3DES);
            w.sequence(|w| {
                w.octet_string(&salt);
                w.unsigned(&ITERATIONS.get().to_be_bytes());
            });
        });
    });
    Ok(Encrypted { algorithm, content: std::mem::take(&mut *content) })
}
