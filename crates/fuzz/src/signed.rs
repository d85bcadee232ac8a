//! What holds for everything that is signed.

use x509::der::{Reader, tag};
use x509::{PublicKey, SignatureAlgorithm, signed};

/// The parts of a signed object of a supported algorithm put together are the object again, and a
/// signature that is changed in any octet of what it signs does not verify.
pub(crate) fn check(der: &[u8], algorithm: Option<SignatureAlgorithm>, signer: Option<&PublicKey>) {
    let (Some(algorithm), Some((to_be_signed, signature))) = (algorithm, parts(der)) else {
        return;
    };
    assert_eq!(signed::assemble(to_be_signed, algorithm, signature), der);
    let Some(key) = signer else { return };
    if key.verify(algorithm, to_be_signed, signature).is_ok() {
        let mut changed = to_be_signed.to_vec();
        if let Some(last) = changed.last_mut() {
            *last ^= 1;
        }
        assert!(key.verify(algorithm, &changed, signature).is_err(), "it signs two things");
    }
}

/// What is signed, and the signature.
fn parts(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut object = Reader::new(der).nested(tag::SEQUENCE).ok()?;
    let to_be_signed = object.any().ok()?.encoded;
    object.any().ok()?;
    Some((to_be_signed, object.bit_string().ok()?))
}
