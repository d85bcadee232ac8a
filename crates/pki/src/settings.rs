//! What an installation may decide.

use std::time::Duration;

use x509::bundle::pkcs12;

use crate::PublicUrl;

/// Settings of the operations; the same for every account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Settings {
    /// Certificate authorities an account may have; `None` is no bound.
    pub authority_quota: Option<u32>,
    /// Certificates an account may have; `None` is no bound.
    pub certificate_quota: Option<u32>,
    /// Certification requests an account may have; `None` is no bound.
    pub csr_quota: Option<u32>,
    /// Whether an SM2 request may be signed over the empty distinguishing identifier, which
    /// OpenSSL uses when nobody names one.
    pub accept_empty_sm2_id: bool,
    /// How exported PKCS #12 files are encrypted.
    pub pkcs12: pkcs12::Protection,
    /// How long an OCSP answer is good: its nextUpdate comes so long after its thisUpdate.
    pub ocsp_lasts: Duration,
    /// Under which URL relying parties reach the public listener.
    pub public_url: PublicUrl,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            authority_quota: Some(100),
            certificate_quota: None,
            csr_quota: Some(10_000),
            accept_empty_sm2_id: true,
            pkcs12: pkcs12::Protection::Modern,
            ocsp_lasts: Duration::from_secs(60 * 60),
            public_url: PublicUrl::Unknown,
        }
    }
}
