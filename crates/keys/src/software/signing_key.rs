//! A private key opened for signing.

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256,
    RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaEncoding, RsaKeyPair,
};
use ledger::Random;
use pki::KeyError;
use x509::key::{HashAlgorithm, KeyAlgorithm, PrivateKey, SignatureAlgorithm};

use super::sm2_key::Sm2Key;
use super::unusable;

/// What the new key signs to show that its halves belong together.
const PROOF: &[u8] = b"pairwise consistency";

/// A private key in the form its library signs with. Wiped when dropped.
pub(super) enum SigningKey {
    /// ECDSA, and the digest that the library takes with this curve.
    Ec(EcdsaKeyPair, &'static digest::Algorithm),
    /// RSA.
    Rsa(RsaKeyPair),
    /// SM2.
    Sm2(Sm2Key),
}

impl SigningKey {
    /// Hands the key to its library.
    pub(super) fn new(key: &PrivateKey) -> Result<Self, KeyError> {
        let pkcs8 = key.pkcs8_der();
        match key.algorithm() {
            KeyAlgorithm::Rsa2048 | KeyAlgorithm::Rsa3072 | KeyAlgorithm::Rsa4096 => {
                RsaKeyPair::from_pkcs8(pkcs8).map(Self::Rsa).map_err(unusable)
            }
            KeyAlgorithm::EcP256 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8)
                    .map(|pair| Self::Ec(pair, &digest::SHA256))
                    .map_err(unusable)
            }
            KeyAlgorithm::EcP384 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_ASN1_SIGNING, pkcs8)
                    .map(|pair| Self::Ec(pair, &digest::SHA384))
                    .map_err(unusable)
            }
            KeyAlgorithm::Sm2 => Sm2Key::new(key).map(Self::Sm2),
        }
    }

    /// Signs `message`. [`KeyError::Mismatch`] if the algorithm is another family's.
    pub(super) fn sign(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, KeyError> {
        match (self, algorithm) {
            (Self::Ec(pair, fitting), SignatureAlgorithm::Ecdsa(hash)) => {
                sign_ecdsa(pair, fitting, &digest::digest(sha2(hash)?, message))
            }
            (Self::Rsa(pair), SignatureAlgorithm::RsaPkcs1(hash)) => sign_rsa(pair, hash, message),
            (Self::Sm2(key), SignatureAlgorithm::Sm2Sm3) => key.sign(message, random),
            (Self::Ec(..) | Self::Rsa(_) | Self::Sm2(_), _) => Err(KeyError::Mismatch),
        }
    }

    /// Signs the message with this digest. [`KeyError::Mismatch`] if the algorithm is another family's,
    /// or the digest is none of its hash.
    pub(super) fn sign_digest(
        &self,
        algorithm: SignatureAlgorithm,
        digest: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, KeyError> {
        let imported =
            |hash| Digest::import_less_safe(digest, sha2(hash)?).map_err(|_| KeyError::Mismatch);
        match (self, algorithm) {
            (Self::Ec(pair, fitting), SignatureAlgorithm::Ecdsa(hash)) => {
                sign_ecdsa(pair, fitting, &imported(hash)?)
            }
            (Self::Rsa(pair), SignatureAlgorithm::RsaPkcs1(hash)) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let digest = imported(hash)?;
                pair.sign_digest(padding(hash)?, &digest, &mut signature).map_err(unusable)?;
                Ok(signature)
            }
            (Self::Sm2(key), SignatureAlgorithm::Sm2Sm3) => key.sign_digest(digest, random),
            (Self::Ec(..) | Self::Rsa(_) | Self::Sm2(_), _) => Err(KeyError::Mismatch),
        }
    }

    /// Signs with this key and verifies with the public half of `key`: neither a fault while the
    /// key was made nor halves that do not belong together go any further.
    pub(super) fn prove(&self, key: &PrivateKey, random: &dyn Random) -> Result<(), KeyError> {
        let hash = match self {
            Self::Ec(..) | Self::Rsa(_) => HashAlgorithm::Sha256,
            Self::Sm2(_) => HashAlgorithm::Sm3,
        };
        let algorithm = SignatureAlgorithm::for_key(key.algorithm(), hash).map_err(unusable)?;
        let signature = self.sign(algorithm, PROOF, random)?;
        key.public_key().verify(algorithm, PROOF, &signature).map_err(unusable)
    }
}

/// Signs a digest of any length. The library takes only a digest as long as the curve's order, so
/// the given one is fitted: its leftmost bits (FIPS 186-5 §6.4.1), or zeros before it, which do not
/// change the number that it stands for.
fn sign_ecdsa(
    pair: &EcdsaKeyPair,
    fitting: &'static digest::Algorithm,
    digest: &Digest,
) -> Result<Vec<u8>, KeyError> {
    let digest = digest.as_ref();
    let length = fitting.output_len();
    let mut fitted = vec![0; length.saturating_sub(digest.len())];
    fitted.extend(digest.iter().take(length));
    let fitted = Digest::import_less_safe(&fitted, fitting).map_err(unusable)?;
    Ok(pair.sign_digest(&fitted).map_err(unusable)?.as_ref().to_vec())
}

fn sign_rsa(pair: &RsaKeyPair, hash: HashAlgorithm, message: &[u8]) -> Result<Vec<u8>, KeyError> {
    let padding = padding(hash)?;
    let mut signature = vec![0; pair.public_modulus_len()];
    // The generator is a formality of the interface: this padding takes no randomness, and the
    // library blinds with its own.
    pair.sign(padding, &SystemRandom::new(), message, &mut signature).map_err(unusable)?;
    Ok(signature)
}

fn padding(hash: HashAlgorithm) -> Result<&'static dyn RsaEncoding, KeyError> {
    match hash {
        HashAlgorithm::Sha256 => Ok(&RSA_PKCS1_SHA256),
        HashAlgorithm::Sha384 => Ok(&RSA_PKCS1_SHA384),
        HashAlgorithm::Sha512 => Ok(&RSA_PKCS1_SHA512),
        HashAlgorithm::Sm3 => Err(KeyError::Mismatch),
    }
}

fn sha2(hash: HashAlgorithm) -> Result<&'static digest::Algorithm, KeyError> {
    match hash {
        HashAlgorithm::Sha256 => Ok(&digest::SHA256),
        HashAlgorithm::Sha384 => Ok(&digest::SHA384),
        HashAlgorithm::Sha512 => Ok(&digest::SHA512),
        HashAlgorithm::Sm3 => Err(KeyError::Mismatch),
    }
}

#[cfg(test)]
mod tests {
    use ledger::system::SystemRandom;

    use super::*;

    fn sm2(octet: u8) -> PrivateKey {
        PrivateKey::from_sm2_scalar(&[octet; 32]).unwrap()
    }

    #[test]
    fn a_key_proves_itself() {
        let key = sm2(1);

        assert!(SigningKey::new(&key).unwrap().prove(&key, &SystemRandom).is_ok());
    }

    #[test]
    fn halves_of_two_keys_are_found() {
        let proved = SigningKey::new(&sm2(1)).unwrap().prove(&sm2(2), &SystemRandom);

        assert!(matches!(proved, Err(KeyError::Unusable(_))));
    }

    #[test]
    fn sm3_with_another_family_is_a_mismatch() {
        let key = PrivateKey::from_ec_scalar(KeyAlgorithm::EcP256, &[1; 32]).unwrap();
        let key = SigningKey::new(&key).unwrap();

        let signed = key.sign(SignatureAlgorithm::Ecdsa(HashAlgorithm::Sm3), b"", &SystemRandom);

        assert!(matches!(signed, Err(KeyError::Mismatch)));
    }
}
