//! Public keys.

use x509::PublicKey;

/// Octets are a SubjectPublicKeyInfo.
pub fn public_key(octets: &[u8]) {
    let Ok(key) = PublicKey::from_spki_der(octets) else { return };
    check(&key);
}

/// What holds for any key that was read.
pub(crate) fn check(key: &PublicKey) {
    let again = PublicKey::from_spki_der(key.spki_der());
    assert_eq!(again.as_ref(), Ok(key));
    assert_eq!(PublicKey::from_spki_pem(&key.to_pem()).as_ref(), Ok(key));
}
