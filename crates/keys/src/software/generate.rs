//! New private keys of every algorithm.

use aws_lc_rs::encoding::{AsBigEndian, AsDer, EcPrivateKeyBin, Pkcs8V1Der};
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, KeyPair,
};
use ledger::Random;
use pki::KeyError;
use x509::key::{KeyAlgorithm, PrivateKey};
use zeroize::Zeroizing;

use super::unusable;

/// How many random numbers are tried as an SM2 scalar. One in 2^32 is out of range, so a second
/// try tells of a broken generator already.
const SM2_TRIES: usize = 8;

/// The public half came out differently when it was computed again.
#[derive(Debug, thiserror::Error)]
#[error("the halves of a new key do not belong together")]
struct Mismatched;

/// Makes a key. RSA and ECDSA keys come from the library's own generator, SM2 keys from `random`.
/// The public point of a curve is computed twice and compared.
pub(super) fn generate(
    algorithm: KeyAlgorithm,
    random: &dyn Random,
) -> Result<PrivateKey, KeyError> {
    match algorithm {
        KeyAlgorithm::Rsa2048 => generate_rsa(rsa::KeySize::Rsa2048),
        KeyAlgorithm::Rsa3072 => generate_rsa(rsa::KeySize::Rsa3072),
        KeyAlgorithm::Rsa4096 => generate_rsa(rsa::KeySize::Rsa4096),
        KeyAlgorithm::EcP256 => generate_ec(algorithm, &ECDSA_P256_SHA256_ASN1_SIGNING),
        KeyAlgorithm::EcP384 => generate_ec(algorithm, &ECDSA_P384_SHA384_ASN1_SIGNING),
        KeyAlgorithm::Sm2 => generate_sm2(random),
    }
}

fn generate_rsa(size: rsa::KeySize) -> Result<PrivateKey, KeyError> {
    let pair = rsa::KeyPair::generate(size).map_err(unusable)?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(unusable)?;
    PrivateKey::from_pkcs8_der(der.as_ref()).map_err(unusable)
}

fn generate_ec(
    algorithm: KeyAlgorithm,
    curve: &'static EcdsaSigningAlgorithm,
) -> Result<PrivateKey, KeyError> {
    let pair = EcdsaKeyPair::generate(curve).map_err(unusable)?;
    let scalar: EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().map_err(unusable)?;
    let key = PrivateKey::from_ec_scalar(algorithm, scalar.as_ref()).map_err(unusable)?;
    if key.public_key().bits() == pair.public_key().as_ref() {
        Ok(key)
    } else {
        Err(unusable(Mismatched))
    }
}

/// Numbers out of range are thrown away, not reduced: every scalar stays as likely as any other
/// (FIPS 186-5 §A.2.2, the same for this curve).
fn generate_sm2(random: &dyn Random) -> Result<PrivateKey, KeyError> {
    let mut scalar = Zeroizing::new([0; 32]);
    let mut key = Err(x509::key::PrivateKeyError::Unreadable);
    for _ in 0..SM2_TRIES {
        random.fill(scalar.as_mut_slice());
        key = PrivateKey::from_sm2_scalar(&scalar);
        if key.is_ok() {
            break;
        }
    }
    let key = key.map_err(unusable)?;
    let again = PrivateKey::from_sm2_scalar(&scalar).map_err(unusable)?;
    if key.public_key() == again.public_key() { Ok(key) } else { Err(unusable(Mismatched)) }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Gives zeros so many times, then ones.
    struct ZerosFirst(usize, AtomicUsize);

    impl Random for ZerosFirst {
        fn fill(&self, bytes: &mut [u8]) {
            let zeros = self.1.fetch_add(1, Ordering::Relaxed) < self.0;
            bytes.fill(if zeros { 0 } else { 1 });
        }
    }

    #[test]
    fn an_sm2_scalar_out_of_range_is_thrown_away() {
        let key = generate_sm2(&ZerosFirst(2, AtomicUsize::new(0))).unwrap();

        assert_eq!(key.ec_scalar(), Some([1; 32].as_slice()));
    }

    #[test]
    fn a_broken_generator_ends_the_search() {
        let key = generate_sm2(&ZerosFirst(usize::MAX, AtomicUsize::new(0)));

        assert!(matches!(key, Err(KeyError::Unusable(_))));
    }
}
