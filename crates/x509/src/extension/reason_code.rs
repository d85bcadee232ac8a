//! `reasonCode` (RFC 5280 §5.3.1).

use super::ExtensionValue;
use crate::{
    der::{DerError, Reader, Writer, tag},
    oid::{self, Oid},
};

/// Why a certificate is on a CRL. `removeFromCRL` (8) stands only on delta CRLs, which are neither
/// written nor read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ReasonCode {
    /// `unspecified`: leaving the extension out says the same, and is preferred.
    Unspecified = 0,
    /// `keyCompromise`
    KeyCompromise = 1,
    /// `cACompromise`
    CaCompromise = 2,
    /// `affiliationChanged`
    AffiliationChanged = 3,
    /// `superseded`
    Superseded = 4,
    /// `cessationOfOperation`
    CessationOfOperation = 5,
    /// `certificateHold`
    CertificateHold = 6,
    /// `privilegeWithdrawn`
    PrivilegeWithdrawn = 9,
    /// `aACompromise`
    AaCompromise = 10,
}

impl ReasonCode {
    /// Every reason, in the order of the codes.
    pub const ALL: [Self; 9] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::CaCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
        Self::CertificateHold,
        Self::PrivilegeWithdrawn,
        Self::AaCompromise,
    ];

    /// The reason with this code.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// Its code.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl ExtensionValue for ReasonCode {
    const OID: Oid = oid::CRL_REASONS;

    fn from_der(der: &[u8]) -> Result<Self, DerError> {
        let mut reader = Reader::new(der);
        let content = reader.content(tag::ENUMERATED)?;
        reader.finish()?;
        match content {
            [code] => Self::from_code(*code).ok_or(DerError::Value),
            _ => Err(DerError::Value),
        }
    }

    fn to_der(&self) -> Vec<u8> {
        Writer::build(|w| w.element(tag::ENUMERATED, &[self.code()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_no_other_code() {
        for reason in ReasonCode::ALL {
            assert_eq!(ReasonCode::from_der(&reason.to_der()), Ok(reason));
        }
        for der in [
            &[10, 1, 7][..],
            &[10, 1, 8],
            &[10, 1, 11],
            &[10, 1, 255],
            &[10, 2, 0, 1],
            &[10, 0],
            &[2, 1, 1],
        ] {
            assert!(ReasonCode::from_der(der).is_err(), "{der:?}");
        }
    }
}
