//! A certificate as readers see it.

use ledger::Timestamp;

use super::{Certificate, CertificateStatus};

/// A certificate and its status at the time of reading.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CertificateView {
    /// The certificate.
    pub certificate: Certificate,
    /// Its status.
    pub status: CertificateStatus,
}

impl CertificateView {
    /// What is seen of the certificate at `now`.
    pub(crate) fn at(now: Timestamp, certificate: Certificate) -> Self {
        let status = certificate.status(now);
        Self { certificate, status }
    }
}
