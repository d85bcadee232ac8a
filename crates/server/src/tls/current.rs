//! The certificate that clients are shown now.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

/// Holds the current certificate; it may be replaced at any time, for handshakes that come later.
pub(crate) struct Current(RwLock<Arc<CertifiedKey>>);

impl Current {
    /// Starts with this one.
    pub(crate) fn new(first: CertifiedKey) -> Arc<Self> {
        Arc::new(Self(RwLock::new(Arc::new(first))))
    }

    /// Shows `next` from now on.
    pub(crate) fn replace(&self, next: CertifiedKey) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl fmt::Debug for Current {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Current")
    }
}
