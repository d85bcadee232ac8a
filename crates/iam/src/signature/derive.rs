//! The key of a signature: the secret, or one derived from it for a day, a region and a service.

use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use zeroize::Zeroizing;

use super::Authorization;
use crate::Error;

/// The length of a derived key, in octets: one block.
const LENGTH: usize = 32;

struct DerivedKey;

impl KeyType for DerivedKey {
    fn len(&self) -> usize {
        LENGTH
    }
}

/// The HMAC key of a signature. A derived one is HKDF-SHA256 (RFC 5869) of the secret, salted with
/// the access key's name, as lower-case hex: clients take the 64 characters, not the 32 octets.
pub(super) fn signing_key(
    authorization: &Authorization,
    secret: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let Some(derivation) = &authorization.derivation else {
        return Ok(Zeroizing::new(secret.to_vec()));
    };
    let salt = Salt::new(HKDF_SHA256, authorization.access.as_bytes());
    let mut key = Zeroizing::new([0; LENGTH]);
    salt.extract(secret)
        .expand(&[derivation.info().as_bytes()], DerivedKey)
        .and_then(|derived| derived.fill(key.as_mut_slice()))
        .map_err(Error::internal)?;
    Ok(Zeroizing::new(hex::encode(key.as_slice()).into_bytes()))
}
