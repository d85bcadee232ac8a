//! What is put into a bucket.

use async_trait::async_trait;
use pki::crl::{BucketError, CrlBytes};

/// The octets of an object, piece by piece.
#[async_trait]
pub(crate) trait Content: Send {
    /// The next piece; `None` after the last.
    async fn piece(&mut self) -> Result<Option<Vec<u8>>, BucketError>;
}

#[async_trait]
impl Content for CrlBytes {
    async fn piece(&mut self) -> Result<Option<Vec<u8>>, BucketError> {
        self.next().await.map_err(|error| BucketError::Content(Box::new(error)))
    }
}
