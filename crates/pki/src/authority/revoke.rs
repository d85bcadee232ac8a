//! Revokes a subordinate authority for ever.

use ledger::{Author, CaId, Timestamp};

use super::{Authority, Issuer, Kind, Phase, Status};
use crate::commit::{Decisions, Settled};
use crate::crl::List;
use crate::{Error, Pki, Revocation, RevocationReason};

/// What the issuer of an authority has to do with its revocation.
enum Record {
    /// Its issuer is here, or was: the revocation is for its CRL.
    Here(Revocation),
    /// Its issuer is somebody else.
    Elsewhere,
}

impl Pki {
    /// Revokes the subordinate authority `id`: its status, the entry for its issuer's CRL and the
    /// audit event in one commit. Nothing below it issues any more after that.
    ///
    /// An expired authority is not revoked: nobody trusts it any more, and a CRL lists what has
    /// not expired (RFC 5280 §3.3).
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`; `RootRevocation` for a root; `AuthorityStatus` unless it is active or
    /// disabled, or when its issuer is here and neither active nor disabled.
    pub async fn revoke_authority(
        &self,
        author: &Author,
        id: CaId,
        reason: RevocationReason,
    ) -> Result<(), Error> {
        let mut decisions = Decisions::default();
        loop {
            let found = self.shown_authority(author.account, id).await?;
            let now = self.clock.now();
            check(&found.value, now)?;
            let at = now.floor_to_second();
            let mut event = author.event(now, "revoke_authority", id);
            let mut told = format!("reason {reason}");
            let record = record(&found.value, at, reason)?;
            let revoked = found.value.in_phase(Phase::Revoked { at, reason });
            let issuer = match &record {
                Record::Here(revocation) => {
                    self.present_authority(author.account, revocation.issuer).await?
                }
                Record::Elsewhere => None,
            };
            match (&record, &issuer) {
                (Record::Here(_), Some(issuer)) => {
                    check_issuer(&issuer.value, now)?;
                    told.push_str(&format!("; its issuer {} tells of it", issuer.value.id));
                }
                (Record::Here(_), None) => {
                    told.push_str("; only here: its issuer does not exist any more");
                }
                (Record::Elsewhere, _) => {
                    told.push_str(
                        "; only here: its issuer is not known here, and has to revoke \
                                   the certificate itself",
                    );
                }
            }
            event.detail = Some(told);
            let signs_here = revoked.key.is_some();
            let mut changes = self.changes(author, event).replace(revoked, found.version);
            if signs_here {
                // What it issued is told by a last CRL of its own, now.
                changes = changes.add(List::complete(id).unpublished(), 1, None);
            }
            if let Record::Here(revocation) = record {
                changes = revocation.recorded_by(changes);
            }
            if let Some(issuer) = issuer {
                changes = changes.expect(issuer.value.row(), issuer.version);
            }
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(());
            }
        }
    }
}

/// Whether the authority can be revoked at all.
fn check(authority: &Authority, now: Timestamp) -> Result<(), Error> {
    if authority.kind == Kind::Root {
        return Err(Error::RootRevocation(authority.id));
    }
    match authority.status(now) {
        Status::Active | Status::Disabled => Ok(()),
        status => Err(Error::AuthorityStatus {
            id: authority.id,
            status,
            needed: "only an ACTIVED or DISABLED one can be revoked",
        }),
    }
}

/// Whether the issuer can revoke what it issued.
pub(crate) fn check_issuer(issuer: &Authority, now: Timestamp) -> Result<(), Error> {
    match issuer.status(now) {
        Status::Active | Status::Disabled => Ok(()),
        status => Err(Error::AuthorityStatus {
            id: issuer.id,
            status,
            needed: "only an ACTIVED or DISABLED issuer can revoke what it issued",
        }),
    }
}

fn record(
    authority: &Authority,
    revoked_at: Timestamp,
    reason: RevocationReason,
) -> Result<Record, Error> {
    let issued = authority
        .issued()
        .ok_or_else(|| Error::inconsistent("a revocable authority has no certificate"))?;
    match issued.issuer {
        Issuer::Authority(issuer) => Ok(Record::Here(Revocation {
            account: authority.account,
            issuer,
            shard: None,
            serial: issued.serial.clone(),
            revoked_at,
            reason,
            not_after: issued.not_after,
        })),
        Issuer::Outside => Ok(Record::Elsewhere),
        Issuer::Itself => Err(Error::inconsistent("a subordinate authority signed itself")),
    }
}
