//! The port to the sealing of access-key secrets.

use zeroize::Zeroizing;

/// Why a secret could not be sealed or opened: nothing a caller could act on.
#[derive(Debug, thiserror::Error)]
#[error("a secret could not be sealed or opened")]
pub struct SealError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl SealError {
    /// A sealing error with this cause.
    pub fn new(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

/// Seals small secrets for storage. Any number of calls may run at once; none blocks for long.
pub trait SecretSeal: Send + Sync {
    /// Encrypts and authenticates `plaintext`, bound to `context`.
    fn seal(&self, plaintext: &[u8], context: &[u8]) -> Result<Vec<u8>, SealError>;

    /// Opens what [`SecretSeal::seal`] made for the same `context`; anything else is an error.
    fn open(&self, sealed: &[u8], context: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError>;
}
