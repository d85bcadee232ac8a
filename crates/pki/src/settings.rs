//! What an installation may decide.

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
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            authority_quota: Some(100),
            certificate_quota: None,
            csr_quota: Some(10_000),
            accept_empty_sm2_id: true,
        }
    }
}
