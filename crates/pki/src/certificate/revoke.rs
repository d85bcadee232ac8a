//! Revokes a certificate for ever.

use ledger::{Author, CertificateId, Timestamp};

use super::{Certificate, CertificateStatus, Revoked};
use crate::authority::revoke::check_issuer;
use crate::commit::{Decisions, Settled};
use crate::{Error, Pki, Revocation, RevocationReason};

impl Pki {
    /// Revokes the certificate `id`, both of an SM2 pair: its status, the entries for its issuer's
    /// CRL and OCSP answers, and the audit event in one commit.
    ///
    /// # Errors
    ///
    /// `CertificateNotFound`; `CertificateStatus` unless it is issued; `AuthorityStatus` when its
    /// issuer is neither active nor disabled; `IssuerGone`.
    pub async fn revoke_certificate(
        &self,
        author: &Author,
        id: CertificateId,
        reason: RevocationReason,
    ) -> Result<(), Error> {
        let mut decisions = Decisions::default();
        loop {
            let found = self.own_certificate(author.account, id).await?;
            let now = self.clock.now();
            check(&found.value, now)?;
            let issuer = self.present_authority(author.account, found.value.issuer).await?;
            // Nobody is left who could tell of it: its last CRL is signed, its key destroyed.
            let issuer = issuer.ok_or(Error::IssuerGone(id))?;
            check_issuer(&issuer.value, now)?;
            let at = now.floor_to_second();
            let mut event = author.event(now, "revoke_certificate", id);
            event.detail = Some(format!("reason {reason}"));
            let revocations = revocations(&found.value, at, reason);
            let revoked = Some(Revoked { at, reason });
            let revoked = Certificate { revoked, ..found.value };
            let mut changes = self.changes(author, event).replace(revoked, found.version);
            for revocation in revocations {
                changes = revocation.recorded_by(changes);
            }
            changes = changes.expect(issuer.value.row(), issuer.version);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(());
            }
        }
    }
}

/// Whether the certificate can be revoked at all.
fn check(certificate: &Certificate, now: Timestamp) -> Result<(), Error> {
    match certificate.status(now) {
        CertificateStatus::Issued => Ok(()),
        status @ (CertificateStatus::Expired | CertificateStatus::Revoked) => {
            let needed = "only an ISSUED one can be revoked";
            Err(Error::CertificateStatus { id: certificate.id, status, needed })
        }
    }
}

/// What the issuer's CRL and OCSP answers will tell: an entry for each serial number.
fn revocations(
    certificate: &Certificate,
    revoked_at: Timestamp,
    reason: RevocationReason,
) -> Vec<Revocation> {
    let encryption = certificate.encryption.as_ref().map(|encryption| &encryption.serial);
    std::iter::once(&certificate.serial)
        .chain(encryption)
        .map(|serial| Revocation {
            account: certificate.account,
            issuer: certificate.issuer,
            serial: serial.clone(),
            shard: certificate.shard,
            revoked_at,
            reason,
            not_after: certificate.not_after,
        })
        .collect()
}
