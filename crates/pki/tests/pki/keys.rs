//! The key store, with keys in the clear.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::encoding::{AsBigEndian, EcPrivateKeyBin};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair,
};
use ledger::system::SystemRandom;
use ledger::{KeyId, StoreError};
use pki::{ExportedKey, KeyBinding, KeyError, KeyPurpose, KeyRecord, KeyStore};
use sm2::dsa::SigningKey;
use sm2::dsa::signature::Signer;
use sm2::dsa::signature::hazmat::PrehashSigner;
use x509::key::MessageDigest;
use x509::{KeyAlgorithm, PrivateKey, SignatureAlgorithm};
use zeroize::Zeroizing;

/// Makes P-256, P-384 and SM2 keys; seals by PEM, the imported text as it came.
#[derive(Default)]
pub(crate) struct ClearKeys {
    made: AtomicUsize,
    sealed_again: AtomicUsize,
    forgotten: Mutex<Vec<KeyId>>,
}

impl ClearKeys {
    /// How many keys were generated.
    pub(crate) fn made(&self) -> usize {
        self.made.load(Ordering::SeqCst)
    }

    /// How many keys were sealed again.
    pub(crate) fn sealed_again(&self) -> usize {
        self.sealed_again.load(Ordering::SeqCst)
    }

    /// The keys that were to be forgotten.
    pub(crate) fn forgotten(&self) -> Vec<KeyId> {
        self.forgotten.lock().unwrap().clone()
    }
}

/// A new key.
pub(crate) fn new_key(algorithm: KeyAlgorithm) -> PrivateKey {
    let curve = match algorithm {
        KeyAlgorithm::EcP256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
        KeyAlgorithm::EcP384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
        KeyAlgorithm::Sm2 => {
            let random: &dyn ledger::Random = &SystemRandom;
            return PrivateKey::from_sm2_scalar(&random.bytes::<32>()).unwrap();
        }
        other => panic!("{other} keys are not made here"),
    };
    let pair = EcdsaKeyPair::generate(curve).unwrap();
    let scalar: EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().unwrap();
    PrivateKey::from_ec_scalar(algorithm, scalar.as_ref()).unwrap()
}

/// An SM2 signature over this identifier of the signer.
pub(crate) fn sign_sm2(key: &PrivateKey, id: &str, message: &[u8]) -> Vec<u8> {
    let key = SigningKey::from_slice(id, key.ec_scalar().unwrap()).unwrap();
    let signature: sm2::dsa::Signature = key.sign(message);
    signature.to_der().as_bytes().to_vec()
}

/// A signature by `key`, ECDSA with any hash.
pub(crate) fn sign(key: &PrivateKey, algorithm: SignatureAlgorithm, message: &[u8]) -> Vec<u8> {
    if algorithm == SignatureAlgorithm::Sm2Sm3 {
        return sign_sm2(key, std::str::from_utf8(x509::key::SM2_DEFAULT_ID).unwrap(), message);
    }
    let mut hashed = MessageDigest::new(algorithm, key.public_key());
    hashed.update(message);
    sign_digest(key, algorithm, &hashed.finish())
}

/// A signature of the message with this digest.
fn sign_digest(key: &PrivateKey, algorithm: SignatureAlgorithm, hashed: &[u8]) -> Vec<u8> {
    if algorithm == SignatureAlgorithm::Sm2Sm3 {
        let id = std::str::from_utf8(x509::key::SM2_DEFAULT_ID).unwrap();
        let key = SigningKey::from_slice(id, key.ec_scalar().unwrap()).unwrap();
        let signature: sm2::dsa::Signature = key.sign_prehash(hashed).unwrap();
        return signature.to_der().as_bytes().to_vec();
    }
    let (curve, fitting) = match key.public_key().algorithm() {
        KeyAlgorithm::EcP256 => (&ECDSA_P256_SHA256_ASN1_SIGNING, &digest::SHA256),
        _ => (&ECDSA_P384_SHA384_ASN1_SIGNING, &digest::SHA384),
    };
    let mut fitted = vec![0; fitting.output_len().saturating_sub(hashed.len())];
    fitted.extend(hashed.iter().take(fitting.output_len()));
    let pair = EcdsaKeyPair::from_pkcs8(curve, key.pkcs8_der()).unwrap();
    let fitted = Digest::import_less_safe(&fitted, fitting).unwrap();
    pair.sign_digest(&fitted).unwrap().as_ref().to_vec()
}

fn record(binding: KeyBinding, key: &PrivateKey, text: &str) -> KeyRecord {
    KeyRecord {
        binding,
        algorithm: key.public_key().algorithm(),
        public_key: key.public_key().clone(),
        sealed: text.as_bytes().to_vec(),
    }
}

fn opened(key: &KeyRecord) -> Result<String, KeyError> {
    String::from_utf8(key.sealed.clone()).map_err(|e| KeyError::Unusable(StoreError::new(e)))
}

#[async_trait]
impl KeyStore for ClearKeys {
    async fn generate(
        &self,
        binding: KeyBinding,
        algorithm: KeyAlgorithm,
    ) -> Result<KeyRecord, KeyError> {
        self.made.fetch_add(1, Ordering::SeqCst);
        let key = new_key(algorithm);
        Ok(record(binding, &key, &key.pkcs8_pem()))
    }

    async fn import(
        &self,
        binding: KeyBinding,
        key: PrivateKey,
        text: Zeroizing<String>,
    ) -> Result<KeyRecord, KeyError> {
        Ok(record(binding, &key, &text))
    }

    async fn sign(
        &self,
        key: &KeyRecord,
        algorithm: SignatureAlgorithm,
        message: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        let key = PrivateKey::from_pem(&opened(key)?)
            .map_err(|error| KeyError::Unusable(StoreError::new(error)))?;
        Ok(sign(&key, algorithm, message))
    }

    async fn sign_digest(
        &self,
        key: &KeyRecord,
        algorithm: SignatureAlgorithm,
        digest: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        let key = PrivateKey::from_pem(&opened(key)?)
            .map_err(|error| KeyError::Unusable(StoreError::new(error)))?;
        Ok(sign_digest(&key, algorithm, digest))
    }

    async fn export(&self, key: &KeyRecord) -> Result<ExportedKey, KeyError> {
        if !matches!(key.binding.purpose, KeyPurpose::Certificate | KeyPurpose::Csr) {
            return Err(KeyError::NotExportable);
        }
        Ok(Zeroizing::new(opened(key)?))
    }

    fn seal_again(&self, key: KeyRecord) -> Result<KeyRecord, KeyError> {
        self.sealed_again.fetch_add(1, Ordering::SeqCst);
        Ok(key)
    }

    fn forget(&self, id: KeyId) {
        self.forgotten.lock().unwrap().push(id);
    }
}
