//! The status that a reader of a certificate sees, computed from the record and the clock.

use std::fmt;

use ledger::Timestamp;

use super::Certificate;

/// The status of a certificate.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CertificateStatus {
    /// Past its notAfter, and never revoked.
    Expired,
    /// Valid.
    Issued,
    /// Revoked for ever, be it past its notAfter or not.
    Revoked,
}

impl fmt::Display for CertificateStatus {
    /// The API's spelling.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "EXPIRED",
            Self::Issued => "ISSUED",
            Self::Revoked => "REVOKED",
        })
    }
}

impl Certificate {
    /// The status at `now`: it is expired from the second of its notAfter on, as an authority is.
    pub fn status(&self, now: Timestamp) -> CertificateStatus {
        match self.revoked {
            Some(_) => CertificateStatus::Revoked,
            None if now >= self.not_after => CertificateStatus::Expired,
            None => CertificateStatus::Issued,
        }
    }
}
