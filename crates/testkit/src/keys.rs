//! The vault of a test's server, which says that it is busy when the test wants it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use keys::Vault;
use ledger::KeyId;
use pki::{ExportedKey, KeyBinding, KeyError, KeyRecord, KeyStore};
use x509::key::{KeyAlgorithm, PrivateKey, SignatureAlgorithm};
use zeroize::Zeroizing;

/// A vault that can be too busy to make keys.
pub(crate) struct TestKeys {
    vault: Arc<Vault>,
    /// Whether it is too busy to make keys.
    pub(crate) busy: AtomicBool,
}

impl TestKeys {
    pub(crate) fn over(vault: Arc<Vault>) -> Self {
        Self { vault, busy: AtomicBool::new(false) }
    }
}

#[async_trait]
impl KeyStore for TestKeys {
    async fn generate(
        &self,
        binding: KeyBinding,
        algorithm: KeyAlgorithm,
    ) -> Result<KeyRecord, KeyError> {
        if self.busy.load(Ordering::SeqCst) {
            return Err(KeyError::Busy);
        }
        self.vault.generate(binding, algorithm).await
    }

    async fn import(
        &self,
        binding: KeyBinding,
        key: PrivateKey,
        text: Zeroizing<String>,
    ) -> Result<KeyRecord, KeyError> {
        self.vault.import(binding, key, text).await
    }

    async fn sign(
        &self,
        key: &KeyRecord,
        algorithm: SignatureAlgorithm,
        message: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        self.vault.sign(key, algorithm, message).await
    }

    async fn sign_digest(
        &self,
        key: &KeyRecord,
        algorithm: SignatureAlgorithm,
        digest: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        self.vault.sign_digest(key, algorithm, digest).await
    }

    async fn export(&self, key: &KeyRecord) -> Result<ExportedKey, KeyError> {
        self.vault.export(key).await
    }

    fn seal_again(&self, key: KeyRecord) -> Result<KeyRecord, KeyError> {
        self.vault.seal_again(key)
    }

    fn forget(&self, id: KeyId) {
        self.vault.forget(id);
    }
}
