//! The port to private keys.

use async_trait::async_trait;
use ledger::{AccountId, KeyId, StoreError};
use x509::key::{KeyAlgorithm, PrivateKey, PublicKey, SignatureAlgorithm};
use zeroize::Zeroizing;

/// What a key is for; decides whether it may ever leave.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum KeyPurpose {
    /// Signs certificates. Never leaves.
    Authority,
    /// Belongs to a certificate that the service made it for; the API promises to return it.
    Certificate,
    /// Belongs to a certification request; the API promises to return it.
    Csr,
    /// Signs OCSP answers in the name of an authority. Never leaves.
    Responder,
    /// Signs the server's own TLS handshakes. Never leaves over an API.
    Tls,
}

/// To what a sealed key is bound: a blob moved to another row does not open.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KeyBinding {
    /// The key's record.
    pub id: KeyId,
    /// Whose key it is.
    pub account: AccountId,
    /// What it is for.
    pub purpose: KeyPurpose,
}

/// A private key as the store keeps it: sealed, or a reference into a hardware module.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyRecord {
    /// Row, account and purpose.
    pub binding: KeyBinding,
    /// The kind of key.
    pub algorithm: KeyAlgorithm,
    /// The public half.
    pub public_key: PublicKey,
    /// The sealed private half.
    pub sealed: Vec<u8>,
}

/// A private key that leaves: unencrypted PEM, wiped when dropped.
pub type ExportedKey = Zeroizing<String>;

/// Why a key operation failed.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Too many keys are being made; nothing happened, try again later.
    #[error("too many keys are being generated")]
    Busy,
    /// The key and the signature algorithm do not belong together.
    #[error("the key cannot make this signature")]
    Mismatch,
    /// The purpose of this key forbids its export.
    #[error("this key never leaves")]
    NotExportable,
    /// The sealed key does not open, or the key material failed.
    #[error("the key is not usable")]
    Unusable(#[source] StoreError),
}

/// Makes, keeps and uses private keys.
///
/// Nothing is stored here: `generate` and `import` return the record that the caller commits,
/// and every use names the record. Implementations may keep opened keys in memory, never on disk.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// Makes a new key. Long work (RSA) waits in a bounded queue; `Busy` when that is full.
    async fn generate(
        &self,
        binding: KeyBinding,
        algorithm: KeyAlgorithm,
    ) -> Result<KeyRecord, KeyError>;

    /// Seals a key made elsewhere. `text` is the PEM as the user gave it, and what an export
    /// returns.
    async fn import(
        &self,
        binding: KeyBinding,
        key: PrivateKey,
        text: Zeroizing<String>,
    ) -> Result<KeyRecord, KeyError>;

    /// Signs `message` (not its digest).
    async fn sign(
        &self,
        key: &KeyRecord,
        algorithm: SignatureAlgorithm,
        message: &[u8],
    ) -> Result<Vec<u8>, KeyError>;

    /// Signs the message with this digest, which a [`x509::key::MessageDigest`] of the key's public
    /// half and of `algorithm` has taken.
    async fn sign_digest(
        &self,
        key: &KeyRecord,
        algorithm: SignatureAlgorithm,
        digest: &[u8],
    ) -> Result<Vec<u8>, KeyError>;

    /// The private key as PEM: what was imported, or PKCS#8. Refused unless the purpose is
    /// [`KeyPurpose::Certificate`] or [`KeyPurpose::Csr`].
    async fn export(&self, key: &KeyRecord) -> Result<ExportedKey, KeyError>;

    /// The key, sealed as this store seals now: a record that was not committed yet may be sealed
    /// under what was retired since, and its commit refused as a conflict.
    fn seal_again(&self, key: KeyRecord) -> Result<KeyRecord, KeyError>;

    /// Lets go of everything that is kept open of the key `id`, whose record was removed. A use
    /// that is under way may end, and leaves nothing open either.
    fn forget(&self, id: KeyId);
}
