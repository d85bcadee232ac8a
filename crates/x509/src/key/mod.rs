//! Keys and the algorithms they are used with.

mod algorithm;
mod digest;
mod ec_private;
mod hash;
mod private;
mod public;
mod rsa_private;
mod signature_algorithm;

pub use algorithm::{KeyAlgorithm, KeyFamily, UnknownAlgorithm};
pub use digest::MessageDigest;
pub use hash::HashAlgorithm;
pub use private::{PrivateKey, PrivateKeyError};
pub use public::{BadSignature, KeyError, PublicKey};
pub use signature_algorithm::{AlgorithmMismatch, SignatureAlgorithm, UnknownSignatureAlgorithm};

/// The identifier that SM2 signatures are made with when nobody names another one (GM/T 0009 §10).
pub const SM2_DEFAULT_ID: &[u8] = b"1234567812345678";
