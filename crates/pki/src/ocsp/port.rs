//! The port to what OCSP answers are made of.

use async_trait::async_trait;
use ledger::{AccountId, CaId, StoreError, Timestamp, Version, Versioned};
use x509::SerialNumber;

use super::Responder;
use crate::RevocationReason;

/// What an issuer has to do with a serial number.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Standing {
    /// It never gave it to a certificate.
    NeverIssued,
    /// It gave it to a certificate, and did not revoke that.
    Issued,
    /// It revoked the certificate.
    Revoked {
        /// When, a whole second.
        at: Timestamp,
        /// Why.
        reason: RevocationReason,
    },
}

/// Whose an authority is, and at which versions the rows are that its OCSP answers rest on.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct OcspRows {
    /// Whose it is.
    pub account: AccountId,
    /// The authority's version.
    pub authority: Version,
    /// Its responder's, where it has one.
    pub responder: Option<Version>,
}

/// Reads responders, and what they tell. These are asked by anybody, so no account is named.
#[async_trait]
pub trait Responders: Send + Sync {
    /// The responder of an authority.
    async fn responder(&self, authority: CaId) -> Result<Option<Versioned<Responder>>, StoreError>;

    /// The responders whose time to be renewed has come at `now`: at most `limit`, the one that waits
    /// longest first.
    async fn responders_due(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Versioned<Responder>>, StoreError>;

    /// At which versions an authority and its responder are: a cheap read.
    async fn ocsp_rows(&self, authority: CaId) -> Result<Option<OcspRows>, StoreError>;

    /// What the authority `issuer` has to do with this serial number, whatever became of the records
    /// of the certificate: a cheap read.
    async fn standing(&self, issuer: CaId, serial: &SerialNumber) -> Result<Standing, StoreError>;
}
