//! The documents that decisions have read lately, ready to be evaluated.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use quick_cache::sync::Cache;

use super::Document;
use crate::Error;

/// How many documents are kept.
const CAPACITY: usize = 512;

/// Parsed documents by the SHA-256 of their text: a changed document is another one.
pub(crate) struct DocumentCache(Cache<Vec<u8>, Arc<Document>>);

impl Default for DocumentCache {
    fn default() -> Self {
        Self(Cache::new(CAPACITY))
    }
}

impl DocumentCache {
    /// The document of this text, which was checked when it was stored.
    pub(crate) fn read(&self, text: &str) -> Result<Arc<Document>, Error> {
        let key = digest(&SHA256, text.as_bytes()).as_ref().to_vec();
        if let Some(document) = self.0.get(&key) {
            return Ok(document);
        }
        let document = Arc::new(Document::read(text).map_err(Error::internal)?);
        self.0.insert(key, Arc::clone(&document));
        Ok(document)
    }
}
