//! The files in which a certificate leaves together with its key.
//!
//! Everything here is made from values and random octets that the caller gives; secrets stand in
//! buffers that are wiped and do not move while they grow.

mod archive;
mod enveloped_key;
pub mod jks;
mod password;
mod pbes2;
pub mod pkcs12;
mod signed_and_enveloped;
mod sm2_cipher;
mod sm4_cipher;

pub use archive::{Archive, ArchiveError};
pub use enveloped_key::sm2_enveloped_key;
pub use password::{Password, PasswordError};
pub use pbes2::encrypted_private_key_pem;
pub use signed_and_enveloped::{SignedAndEnveloped, Signer};

use std::num::NonZeroU32;

use base64ct::{Base64, Encoding};

/// Where unpredictable octets come from: fills what it is given.
pub type Draw<'a> = dyn FnMut(&mut [u8]) + 'a;

/// How often a password is hashed before it becomes a key, in PKCS #8 and PKCS #12.
///
/// It slows down whoever guesses: at 100,000 a guess costs about 20 ms of a core, and an honest
/// export twice that. The usual advice for stored passwords, 600,000, would let a few callers keep
/// a small server busy, and some old programs refuse to open such files. A password made here has
/// 142 bits and needs none of it.
pub const ITERATIONS: NonZeroU32 = match NonZeroU32::new(100_000) {
    Some(count) => count,
    None => NonZeroU32::MIN,
};

/// A cryptographic library refused what every input here satisfies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} was refused by the cryptographic library")]
pub struct EncryptionFailed(pub(crate) &'static str);

/// Octets in base64 on one line, as the API hands envelopes over.
#[must_use]
pub fn base64(octets: &[u8]) -> String {
    Base64::encode_string(octets)
}

/// `N` octets of `draw`.
fn drawn<const N: usize>(draw: &mut Draw<'_>) -> [u8; N] {
    let mut octets = [0; N];
    draw(&mut octets);
    octets
}

/// What tests draw from: not random, and different each time.
#[cfg(test)]
pub(crate) fn counting() -> impl FnMut(&mut [u8]) {
    let mut next = 0_u8;
    move |octets| {
        for octet in octets {
            next = next.wrapping_mul(5).wrapping_add(113);
            *octet = next;
        }
    }
}
