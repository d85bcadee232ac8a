//! The digest that a signature is made over, taken in parts: a list of a million entries is never
//! whole in memory.

use aws_lc_rs::digest;
use sm3::{Digest, Sm3};

use super::{HashAlgorithm, PublicKey, SM2_DEFAULT_ID, SignatureAlgorithm};

/// The parameters `a`, `b` and the point `G` of the SM2 curve (GB/T 32918.5 §2).
const SM2_CURVE: [u8; 128] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc,
    0x28, 0xe9, 0xfa, 0x9e, 0x9d, 0x9f, 0x5e, 0x34, 0x4d, 0x5a, 0x9e, 0x4b, 0xcf, 0x65, 0x09, 0xa7,
    0xf3, 0x97, 0x89, 0xf5, 0x15, 0xab, 0x8f, 0x92, 0xdd, 0xbc, 0xbd, 0x41, 0x4d, 0x94, 0x0e, 0x93,
    0x32, 0xc4, 0xae, 0x2c, 0x1f, 0x19, 0x81, 0x19, 0x5f, 0x99, 0x04, 0x46, 0x6a, 0x39, 0xc9, 0x94,
    0x8f, 0xe3, 0x0b, 0xbf, 0xf2, 0x66, 0x0b, 0xe1, 0x71, 0x5a, 0x45, 0x89, 0x33, 0x4c, 0x74, 0xc7,
    0xbc, 0x37, 0x36, 0xa2, 0xf4, 0xf6, 0x77, 0x9c, 0x59, 0xbd, 0xce, 0xe3, 0x6b, 0x69, 0x21, 0x53,
    0xd0, 0xa9, 0x87, 0x7c, 0xc6, 0x2a, 0x47, 0x40, 0x02, 0xdf, 0x32, 0xe5, 0x21, 0x39, 0xf0, 0xa0,
];

/// The digest of a message that is to be signed, while the message comes.
pub struct MessageDigest(State);

enum State {
    Sha2(digest::Context),
    Sm3(Box<Sm3>),
}

impl MessageDigest {
    /// The digest that `key` signs by `algorithm`. That of SM2 begins with the digest of the signer's
    /// identifier, curve and public key (GB/T 32918.2 §5.5), with the default identifier.
    #[must_use]
    pub fn new(algorithm: SignatureAlgorithm, key: &PublicKey) -> Self {
        Self(match algorithm.hash() {
            HashAlgorithm::Sha256 => State::Sha2(digest::Context::new(&digest::SHA256)),
            HashAlgorithm::Sha384 => State::Sha2(digest::Context::new(&digest::SHA384)),
            HashAlgorithm::Sha512 => State::Sha2(digest::Context::new(&digest::SHA512)),
            HashAlgorithm::Sm3 => State::Sm3(Box::new(Sm3::new().chain_update(signer(key)))),
        })
    }

    /// The next octets of the message.
    pub fn update(&mut self, octets: &[u8]) {
        match &mut self.0 {
            State::Sha2(context) => context.update(octets),
            State::Sm3(context) => context.update(octets),
        }
    }

    /// The digest of all of them.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        match self.0 {
            State::Sha2(context) => context.finish().as_ref().to_vec(),
            State::Sm3(context) => context.finalize().to_vec(),
        }
    }
}

/// `ZA` (GB/T 32918.2 §5.5).
fn signer(key: &PublicKey) -> Vec<u8> {
    let bits = u16::try_from(SM2_DEFAULT_ID.len() * 8).unwrap_or(u16::MAX);
    // The point without the octet that says that it is not compressed.
    let point = key.bits().get(1..).unwrap_or_default();
    let parts = [&bits.to_be_bytes()[..], SM2_DEFAULT_ID, &SM2_CURVE, point];
    parts.into_iter().fold(Sm3::new(), |digest, part| digest.chain_update(part)).finalize().to_vec()
}

/// The library's form of a digest of SHA-2 that was taken before.
pub(super) fn imported(hash: HashAlgorithm, octets: &[u8]) -> Option<digest::Digest> {
    let algorithm = match hash {
        HashAlgorithm::Sha256 => &digest::SHA256,
        HashAlgorithm::Sha384 => &digest::SHA384,
        HashAlgorithm::Sha512 => &digest::SHA512,
        HashAlgorithm::Sm3 => return None,
    };
    digest::Digest::import_less_safe(octets, algorithm).ok()
}
