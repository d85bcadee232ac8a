//! What a revocation is: the certificate by its issuer and serial number, when and why.

use std::fmt;

use ledger::{AccountId, CaId, Changes, RowId, Table, Timestamp};
use x509::serial::SerialNumber;

use crate::Record;
use crate::crl::List;

/// Why a certificate is revoked (RFC 5280 §5.3.1). `removeFromCRL` (8) is not offered: every
/// revocation here is final.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum RevocationReason {
    /// No reason is given (0): a CRL then has no reason extension.
    #[default]
    Unspecified,
    /// The certificate's key is known to others (1).
    KeyCompromise,
    /// The key of the certificate's authority is known to others (2).
    AuthorityCompromise,
    /// Its subject's name has changed (3).
    AffiliationChanged,
    /// Another certificate takes its place (4).
    Superseded,
    /// It is not needed any more (5).
    CessationOfOperation,
    /// It is on hold (6); here that is final too.
    CertificateHold,
    /// A privilege that it grants was withdrawn (9).
    PrivilegeWithdrawn,
    /// The key of its attribute authority is known to others (10).
    AttributeAuthorityCompromise,
}

/// All reasons with their codes (RFC 5280 §5.3.1) and the cloud API's names.
const REASONS: [(RevocationReason, u8, &str); 9] = [
    (RevocationReason::Unspecified, 0, "UNSPECIFIED"),
    (RevocationReason::KeyCompromise, 1, "KEY_COMPROMISE"),
    (RevocationReason::AuthorityCompromise, 2, "CERTIFICATE_AUTHORITY_COMPROMISE"),
    (RevocationReason::AffiliationChanged, 3, "AFFILIATION_CHANGED"),
    (RevocationReason::Superseded, 4, "SUPERSEDED"),
    (RevocationReason::CessationOfOperation, 5, "CESSATION_OF_OPERATION"),
    (RevocationReason::CertificateHold, 6, "CERTIFICATE_HOLD"),
    (RevocationReason::PrivilegeWithdrawn, 9, "PRIVILEGE_WITHDRAWN"),
    (RevocationReason::AttributeAuthorityCompromise, 10, "ATTRIBUTE_AUTHORITY_COMPROMISE"),
];

impl RevocationReason {
    /// The code in a CRL (RFC 5280 §5.3.1).
    pub fn code(self) -> u8 {
        self.row().1
    }

    /// The reason with this code.
    pub fn from_code(code: u8) -> Option<Self> {
        REASONS.iter().find(|(_, known, _)| *known == code).map(|(reason, ..)| *reason)
    }

    fn row(self) -> (Self, u8, &'static str) {
        let found = REASONS.iter().find(|(reason, ..)| *reason == self);
        found.copied().unwrap_or((Self::Unspecified, 0, "UNSPECIFIED"))
    }
}

impl fmt::Display for RevocationReason {
    /// The API's spelling.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().2)
    }
}

/// A revoked certificate, as its issuer's CRL and OCSP answers tell of it. It outlives the records
/// of the certificate and of the issuer, and never changes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Revocation {
    /// Whose it is.
    pub account: AccountId,
    /// Who issued the certificate.
    pub issuer: CaId,
    /// The shard of the CRL that the certificate points to; `None` is the complete one.
    pub shard: Option<u32>,
    /// The certificate's serial number.
    pub serial: SerialNumber,
    /// When it was revoked, a whole second.
    pub revoked_at: Timestamp,
    /// Why.
    pub reason: RevocationReason,
    /// The end of the certificate's validity: it leaves the CRL some time after it
    /// (RFC 5280 §3.3).
    pub not_after: Timestamp,
}

impl Revocation {
    /// The row of this revocation: an issuer revokes a serial number once.
    pub fn row(&self) -> RowId {
        RowId::new(Table::Revocations, format!("{}/{}", self.issuer, self.serial.to_hex()))
    }

    /// The change set with this revocation in it, and the next CRLs due because of it: the issuer's
    /// complete one, and the shard's.
    pub(crate) fn recorded_by(self, changes: Changes<Record>) -> Changes<Record> {
        let complete = List::complete(self.issuer);
        let changes = changes.add(complete.unpublished(), 1, None);
        let changes = match self.shard {
            Some(_) => {
                let list = List { shard: self.shard, ..complete };
                changes.add(list.unpublished(), 1, None)
            }
            None => changes,
        };
        changes.insert(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_found_by_its_code_and_shows_its_name() {
        for (reason, code, name) in REASONS {
            assert_eq!((reason.code(), reason.to_string().as_str()), (code, name));
            assert_eq!(RevocationReason::from_code(code), Some(reason));
        }
    }

    #[test]
    fn a_code_that_is_none_is_not_found() {
        for code in [7, 8, 11, 255] {
            assert_eq!(RevocationReason::from_code(code), None);
        }
    }
}
