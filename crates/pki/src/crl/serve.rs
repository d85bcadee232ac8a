//! Hands out the bytes of CRLs.

use std::sync::Arc;

use super::{Head, List, SignedCrl};
use crate::{Error, Pki, Store};

/// The bytes of a CRL, chunk by chunk.
pub struct CrlBytes {
    store: Arc<dyn Store>,
    crl: SignedCrl,
    next: u32,
}

impl CrlBytes {
    /// The CRL whose bytes they are.
    pub fn crl(&self) -> &SignedCrl {
        &self.crl
    }

    /// The next chunk, DER; `None` after the last.
    ///
    /// # Errors
    ///
    /// `Internal` when the store fails, or another CRL took its place minutes ago.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        if self.next >= self.crl.chunks {
            return Ok(None);
        }
        let chunk = self.store.crl_chunk(self.crl.body, self.next).await?;
        let chunk = chunk.ok_or_else(|| Error::inconsistent("a CRL has lost its bytes"))?;
        self.next += 1;
        Ok(Some(chunk))
    }

    /// The last ones, the signature among them.
    ///
    /// # Errors
    ///
    /// As [`CrlBytes::next`].
    pub(super) async fn end(mut self) -> Result<Vec<u8>, Error> {
        // It may begin in the last chunk but one.
        self.next = self.crl.chunks.saturating_sub(2);
        self.whole().await
    }

    /// All of them that are left.
    ///
    /// # Errors
    ///
    /// As [`CrlBytes::next`].
    pub async fn whole(mut self) -> Result<Vec<u8>, Error> {
        let mut whole = Vec::new();
        while let Some(chunk) = self.next().await? {
            whole.extend(chunk);
        }
        Ok(whole)
    }
}

impl Pki {
    /// The head of a list, of whatever account; `None` where there is none. Also of an authority that
    /// is gone: its last CRL is served on.
    ///
    /// # Errors
    ///
    /// `Internal` when the store fails.
    pub async fn crl_head(&self, list: List) -> Result<Option<Head>, Error> {
        Ok(self.store.crl_head(list).await?.map(|head| head.value))
    }

    /// The bytes of the CRL with this number; `None` unless it is the last one made of its list.
    ///
    /// # Errors
    ///
    /// `Internal` when the store fails.
    pub async fn crl_chunks(&self, list: List, number: i64) -> Result<Option<CrlBytes>, Error> {
        let latest = self.crl_head(list).await?.and_then(|head| head.latest);
        Ok(latest.filter(|latest| latest.number == number).map(|latest| self.bytes_of(latest)))
    }

    /// The bytes of a CRL that was just read.
    pub(crate) fn bytes_of(&self, crl: SignedCrl) -> CrlBytes {
        CrlBytes { store: Arc::clone(&self.store), crl, next: 0 }
    }
}
