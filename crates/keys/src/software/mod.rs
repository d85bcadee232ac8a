//! Private keys in software: the vault as [`KeyStore`].

mod fill;
mod gate;
mod generate;
mod material;
mod opened;
mod pool;
mod signing_key;
mod sm2_key;

use std::io;
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use ledger::{KeyId, SPANS, StoreError};
use pki::{ExportedKey, KeyBinding, KeyError, KeyPurpose, KeyRecord, KeyStore};
use tracing::{Instrument, Span};
use x509::key::{KeyAlgorithm, KeyFamily, PrivateKey, SignatureAlgorithm};
use zeroize::Zeroizing;

use self::gate::Gate;
use self::material::Material;
use self::opened::{Fingerprint, OpenedKeys};
use self::pool::Pool;
pub use self::pool::RsaPool;
use self::signing_key::SigningKey;
use crate::binding::context_of;
use crate::keyring::Keyring;
use crate::{SealedError, Vault, measure};

/// What the software key store needs besides the keyring.
pub(crate) struct Software {
    gate: Arc<Gate>,
    keys: Arc<Keys>,
    pool: Arc<Pool>,
}

impl Drop for Software {
    fn drop(&mut self) {
        self.pool.close();
    }
}

/// The signing keys in memory.
struct Keys {
    /// Those of authorities and of TLS: they sign again and again.
    opened: OpenedKeys,
    /// New ones of requests, until the one signature that each makes: opened again from their
    /// records, that signature would cost several times as much.
    fresh: OpenedKeys,
}

impl Keys {
    /// Notes the key of a new record, whose first signature comes next.
    fn note(&self, record: &KeyRecord, key: SigningKey) {
        let kept = match record.binding.purpose {
            KeyPurpose::Authority | KeyPurpose::Responder | KeyPurpose::Tls => &self.opened,
            // The key of a certificate signs nothing here.
            KeyPurpose::Certificate => return,
            KeyPurpose::Csr => &self.fresh,
        };
        kept.keep(record.binding.id, Fingerprint::of(record), Arc::new(key));
    }
}

impl Software {
    /// With no key opened yet.
    pub(crate) fn new() -> Self {
        let keys = Keys { opened: OpenedKeys::new(), fresh: OpenedKeys::fresh() };
        Self { gate: Arc::new(Gate::new()), keys: Arc::new(keys), pool: Arc::new(Pool::closed()) }
    }
}

#[async_trait]
impl KeyStore for Vault {
    async fn generate(
        &self,
        binding: KeyBinding,
        algorithm: KeyAlgorithm,
    ) -> Result<KeyRecord, KeyError> {
        let keyring = Arc::clone(self.keyring());
        let keys = Arc::clone(&self.software().keys);
        let started = Instant::now();
        // What an authority signs with is made while its owner waits; only the key of a request or of
        // a certificate may have lain in memory before.
        if matches!(binding.purpose, KeyPurpose::Certificate | KeyPurpose::Csr)
            && let Some(ready) = self.software().pool.take(algorithm, binding.account, started)
        {
            let record = seal(binding, Material::generated(ready.key), &keyring)?;
            keys.note(&record, ready.signing_key);
            measure::generated(&record, started.elapsed());
            return Ok(record);
        }
        let work = move || {
            let key = generate::generate(algorithm, keyring.random())?;
            if binding.purpose == KeyPurpose::Certificate && algorithm.family() != KeyFamily::Rsa {
                // It signs nothing here, and the halves have been compared.
                return seal(binding, Material::generated(key), &keyring);
            }
            let signing_key = SigningKey::new(&key)?;
            signing_key.prove(&key, keyring.random())?;
            let record = seal(binding, Material::generated(key), &keyring)?;
            keys.note(&record, signing_key);
            Ok(record)
        };
        let span = tracing::info_span!(target: SPANS, "key", algorithm = algorithm.as_str());
        let made = match algorithm.family() {
            KeyFamily::Rsa => self.software().gate.generation(work).instrument(span).await?,
            KeyFamily::Ec | KeyFamily::Sm2 => span.in_scope(work),
        };
        made.inspect(|key| measure::generated(key, started.elapsed()))
    }

    async fn import(
        &self,
        binding: KeyBinding,
        key: PrivateKey,
        text: Zeroizing<String>,
    ) -> Result<KeyRecord, KeyError> {
        let keyring = Arc::clone(self.keyring());
        let family = key.algorithm().family();
        let work = move || {
            SigningKey::new(&key)?.prove(&key, keyring.random())?;
            seal(binding, Material::imported(key, text), &keyring)
        };
        self.use_of(family, work).await
    }

    async fn sign(
        &self,
        key: &KeyRecord,
        algorithm: SignatureAlgorithm,
        message: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        if algorithm.family() != key.algorithm.family() {
            return Err(KeyError::Mismatch);
        }
        let keys = Arc::clone(&self.software().keys);
        let keyring = Arc::clone(self.keyring());
        let started = Instant::now();
        let span = signature_span(key);
        let made = match key.algorithm.family() {
            KeyFamily::Rsa => {
                let (key, message) = (key.clone(), message.to_vec());
                let work = move || {
                    signing_key(&key, &keys, &keyring)?.sign(algorithm, &message, keyring.random())
                };
                self.software().gate.usage(work).instrument(span).await?
            }
            KeyFamily::Ec | KeyFamily::Sm2 => span.in_scope(|| {
                signing_key(key, &keys, &keyring)?.sign(algorithm, message, keyring.random())
            }),
        };
        made.inspect(|_| measure::signed(key, started.elapsed()))
    }

    async fn sign_digest(
        &self,
        key: &KeyRecord,
        algorithm: SignatureAlgorithm,
        digest: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        let keys = Arc::clone(&self.software().keys);
        let keyring = Arc::clone(self.keyring());
        let started = Instant::now();
        let (record, octets) = (key.clone(), digest.to_vec());
        let work = move || {
            let key = signing_key(&record, &keys, &keyring)?;
            key.sign_digest(algorithm, &octets, keyring.random())
        };
        let made = self.use_of(key.algorithm.family(), work).instrument(signature_span(key)).await;
        made.inspect(|_| measure::signed(key, started.elapsed()))
    }

    async fn export(&self, key: &KeyRecord) -> Result<ExportedKey, KeyError> {
        match key.binding.purpose {
            KeyPurpose::Authority | KeyPurpose::Responder | KeyPurpose::Tls => {
                return Err(KeyError::NotExportable);
            }
            KeyPurpose::Certificate | KeyPurpose::Csr => {}
        }
        let (record, keyring) = (key.clone(), Arc::clone(self.keyring()));
        let work = move || Ok(open(&record, &keyring)?.into_pem());
        self.use_of(key.algorithm.family(), work).await
    }

    fn seal_again(&self, key: KeyRecord) -> Result<KeyRecord, KeyError> {
        if key.sealed.starts_with(&Self::blob_header(self.newest_data_key())) {
            return Ok(key);
        }
        let sealed = self.reseal_key(&key).map_err(unusable)?;
        Ok(KeyRecord { sealed, ..key })
    }

    fn forget(&self, id: KeyId) {
        let Keys { opened, fresh } = &*self.software().keys;
        opened.forget(id);
        fresh.forget(id);
    }
}

impl Vault {
    /// Opens a private key, and proves that it is the one that its record says.
    ///
    /// # Errors
    ///
    /// [`KeyError::Unusable`] when it does not open, or is another key's.
    pub fn prove_key(&self, key: &KeyRecord) -> Result<(), KeyError> {
        open(key, self.keyring()).map(drop)
    }

    /// Keeps RSA keys ready for certification requests from now on.
    ///
    /// # Errors
    ///
    /// When no thread can be started that makes them.
    pub fn keep_ready(&self, sizes: RsaPool) -> io::Result<()> {
        if sizes == RsaPool::OFF {
            return Ok(());
        }
        let Software { gate, pool, .. } = self.software();
        pool.open(sizes);
        fill::start(Arc::clone(pool), Arc::clone(gate), self.keyring().shared_random())
    }

    /// Runs `work` on a key of this family: RSA takes milliseconds, which would hold up other
    /// requests on the same thread; the curves take less than the way to another thread and back.
    async fn use_of<T: Send + 'static>(
        &self,
        family: KeyFamily,
        work: impl FnOnce() -> Result<T, KeyError> + Send + 'static,
    ) -> Result<T, KeyError> {
        match family {
            KeyFamily::Rsa => self.software().gate.usage(work).await?,
            KeyFamily::Ec | KeyFamily::Sm2 => work(),
        }
    }
}

/// The span of a signature, with the wait for its turn.
fn signature_span(key: &KeyRecord) -> Span {
    tracing::info_span!(target: SPANS, "signature", algorithm = key.algorithm.as_str())
}

/// The signing key of a record, opened now or before.
fn signing_key(
    record: &KeyRecord,
    keys: &Keys,
    keyring: &Keyring,
) -> Result<Arc<SigningKey>, KeyError> {
    let fingerprint = Fingerprint::of(record);
    let open = || Ok(Arc::new(SigningKey::new(open(record, keyring)?.key())?));
    match record.binding.purpose {
        KeyPurpose::Authority | KeyPurpose::Responder | KeyPurpose::Tls => {
            if let Some(key) = keys.opened.find(&fingerprint) {
                return Ok(key);
            }
            let key = open()?;
            keys.opened.keep(record.binding.id, fingerprint, Arc::clone(&key));
            Ok(key)
        }
        KeyPurpose::Certificate | KeyPurpose::Csr => {
            keys.fresh.take(&fingerprint).map_or_else(open, Ok)
        }
    }
}

/// Opens a record.
fn open(record: &KeyRecord, keyring: &Keyring) -> Result<Material, KeyError> {
    let octets = keyring.open_blob(&record.sealed, &context_of(record)).map_err(unusable)?;
    let material = Material::from_octets(&octets).map_err(unusable)?;
    if material.key().public_key() != &record.public_key {
        return Err(unusable(SealedError::Content));
    }
    Ok(material)
}

/// Seals what belongs to a new record.
fn seal(binding: KeyBinding, material: Material, keyring: &Keyring) -> Result<KeyRecord, KeyError> {
    let public_key = material.key().public_key().clone();
    let algorithm = public_key.algorithm();
    let mut record = KeyRecord { binding, algorithm, public_key, sealed: Vec::new() };
    record.sealed = keyring.seal(&material.to_octets(), &context_of(&record)).map_err(unusable)?;
    Ok(record)
}

/// The error of a key that cannot be used, with its cause for the log.
fn unusable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> KeyError {
    KeyError::Unusable(StoreError::new(cause))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::{self, binding};
    use crate::vault::tests::vault;

    #[tokio::test]
    async fn software_keys_do_what_every_key_store_does() {
        conformance::run(vault).await;
    }

    #[tokio::test]
    async fn a_sealed_key_shows_neither_its_secret_nor_its_text() {
        let vault = vault();
        let text = conformance::judge::openssl_generates(KeyAlgorithm::EcP256);
        let key = PrivateKey::from_pem(&text).unwrap();
        let scalar = Zeroizing::new(key.ec_scalar().unwrap().to_vec());

        let record = vault.import(binding(KeyPurpose::Csr), key, text.clone()).await.unwrap();

        assert!(!holds(&record.sealed, &scalar[..8]));
        assert!(!holds(&record.sealed, b"BEGIN PRIVATE KEY"));
    }

    #[tokio::test]
    async fn every_flipped_bit_of_a_sealed_key_is_found() {
        let vault = vault();
        let made = vault.generate(binding(KeyPurpose::Csr), KeyAlgorithm::EcP256).await.unwrap();

        for bit in 0..made.sealed.len() * 8 {
            let mut flipped = made.clone();
            flipped.sealed[bit / 8] ^= 1 << (bit % 8);
            let exported = vault.export(&flipped).await;
            assert!(matches!(exported, Err(KeyError::Unusable(_))), "bit {bit}");
        }
    }

    #[tokio::test]
    async fn keys_of_authorities_stay_open_and_those_of_requests_do_not() {
        let vault = vault();
        let algorithm = SignatureAlgorithm::Ecdsa(x509::key::HashAlgorithm::Sha256);

        for (purpose, stays) in [(KeyPurpose::Authority, true), (KeyPurpose::Csr, false)] {
            let key = vault.generate(binding(purpose), KeyAlgorithm::EcP256).await.unwrap();
            vault.sign(&key, algorithm, b"message").await.unwrap();

            let (keys, fingerprint) = (&vault.software().keys, Fingerprint::of(&key));
            let kept = keys.opened.find(&fingerprint).or_else(|| keys.fresh.take(&fingerprint));
            assert_eq!(kept.is_some(), stays, "{purpose:?}");
            assert!(vault.sign(&key, algorithm, b"again").await.is_ok(), "{purpose:?}");
        }
    }

    #[tokio::test]
    async fn a_sealed_secret_does_not_open_as_a_key() {
        let vault = vault();
        let mut record =
            vault.generate(binding(KeyPurpose::Csr), KeyAlgorithm::EcP256).await.unwrap();
        let context = context_of(&record);
        let opened = vault.keyring().open_blob(&record.sealed, &context).unwrap();
        record.sealed = iam::SecretSeal::seal(&vault, &opened, context.as_bytes()).unwrap();

        let exported = vault.export(&record).await;

        assert!(matches!(exported, Err(KeyError::Unusable(_))));
    }

    #[tokio::test]
    async fn keys_of_requests_come_from_the_pool_and_those_of_authorities_do_not() {
        let vault = vault();
        vault.keep_ready(RsaPool { rsa2048: 1, ..RsaPool::OFF }).unwrap();
        let filled = Instant::now();
        let pool = Arc::clone(&vault.software().pool);
        let ready = tokio::task::spawn_blocking(move || {
            // Taken out and put back: what it is, not how many there are, is looked at.
            while filled.elapsed() < std::time::Duration::from_secs(60) {
                let account = binding(KeyPurpose::Csr).account;
                if let Some(made) = pool.take(KeyAlgorithm::Rsa2048, account, Instant::now()) {
                    let public_key = made.key.public_key().clone();
                    pool.open(RsaPool { rsa2048: 1, ..RsaPool::OFF });
                    pool.put(made);
                    return Some(public_key);
                }
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            None
        });
        let ready = ready.await.unwrap().expect("the pool fills");

        let of_authority =
            vault.generate(binding(KeyPurpose::Authority), KeyAlgorithm::Rsa2048).await.unwrap();
        let of_request =
            vault.generate(binding(KeyPurpose::Csr), KeyAlgorithm::Rsa2048).await.unwrap();

        assert_ne!(of_authority.public_key, ready);
        assert_eq!(of_request.public_key, ready);
        let algorithm = SignatureAlgorithm::RsaPkcs1(x509::key::HashAlgorithm::Sha256);
        let signature = vault.sign(&of_request, algorithm, b"message").await.unwrap();
        assert!(ready.verify(algorithm, b"message", &signature).is_ok());
        assert!(vault.export(&of_request).await.is_ok());
    }

    fn holds(octets: &[u8], part: &[u8]) -> bool {
        octets.windows(part.len()).any(|window| window == part)
    }
}
