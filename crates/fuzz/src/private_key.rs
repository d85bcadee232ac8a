//! Private keys.

use x509::PrivateKey;

use crate::public_key;

/// Octets are PKCS#8 or the text of a PEM block; a key that is read is written in one form, which
/// is read as the same key.
pub fn private_key(octets: &[u8]) {
    let from_der = PrivateKey::from_pkcs8_der(octets).ok();
    let from_pem = std::str::from_utf8(octets).ok().map(PrivateKey::from_pem);
    for key in from_der.into_iter().chain(from_pem.and_then(Result::ok)) {
        public_key::check(key.public_key());
        for again in
            [PrivateKey::from_pkcs8_der(key.pkcs8_der()), PrivateKey::from_pem(&key.pkcs8_pem())]
        {
            let same = again.is_ok_and(|again| {
                again.pkcs8_der() == key.pkcs8_der() && again.public_key() == key.public_key()
            });
            assert!(same, "written as another key");
        }
        if let Some(scalar) = key.ec_scalar() {
            let again = PrivateKey::from_ec_scalar(key.algorithm(), scalar);
            assert!(again.is_ok_and(|again| again.public_key() == key.public_key()));
        }
    }
}
