//! What the answers of one authority are signed with, kept in memory while its rows do not change.

use std::sync::Arc;

use ledger::{CaId, Timestamp};
use x509::ocsp::IssuerHashes;
use x509::{Certificate, SignatureAlgorithm};

use super::certificate::algorithm;
use super::{OcspRows, Standing};
use crate::authority::{Authority, Home, Issued, OcspSwitch, Phase};
use crate::{Error, KeyRecord, Pki, RevocationReason};

/// What is needed to answer for an authority.
#[derive(Debug)]
pub(crate) struct Signer {
    /// At which versions the rows were that it was made of.
    pub(super) rows: OcspRows,
    /// The first second at which the authority speaks no more.
    ends: Timestamp,
    /// By what requests name the authority.
    pub(super) issuer: IssuerHashes,
    /// The revocation of everything that the authority issued.
    fallen: Option<Standing>,
    /// The responder; `None` while there is none.
    pub(super) responder: Option<Identity>,
}

/// Who signs.
#[derive(Debug)]
pub(super) struct Identity {
    pub(super) key: KeyRecord,
    pub(super) algorithm: SignatureAlgorithm,
    /// SHA-1 of its key: the ResponderID.
    pub(super) key_hash: [u8; 20],
    pub(super) not_after: Timestamp,
    /// Its certificate, DER.
    pub(super) certificate: Vec<u8>,
}

impl Pki {
    /// What is needed to answer for the authority `id` now; `None` where nobody is answered: it is not
    /// there, its switch is off, or it has expired, and all that it issued with it.
    pub(super) async fn signer(&self, id: CaId) -> Result<Option<Arc<Signer>>, Error> {
        let Some(rows) = self.store.ocsp_rows(id).await? else { return Ok(None) };
        let kept = self.ocsp.signers.get(&id).filter(|kept| kept.rows == rows);
        let signer = match kept {
            Some(kept) => kept,
            None => {
                let Some(new) = self.read_signer(id, rows).await? else { return Ok(None) };
                let new = Arc::new(new);
                self.ocsp.signers.insert(id, Arc::clone(&new));
                new
            }
        };
        Ok((self.clock.now() < signer.ends).then_some(signer))
    }

    async fn read_signer(&self, id: CaId, rows: OcspRows) -> Result<Option<Signer>, Error> {
        let Some(found) = self.store.authority(rows.account, id).await? else { return Ok(None) };
        let authority = found.value;
        let Some(issued) = answering(&authority) else { return Ok(None) };
        let certificate = Certificate::from_der(&issued.certificate).map_err(Error::internal)?;
        let public_key =
            certificate.public_key().map_err(|error| Error::internal(error.clone()))?;
        let responder = self.store.responder(id).await?;
        let version = responder.as_ref().map(|responder| responder.version);
        let mut identity = None;
        if let Some(responder) = responder
            // It is gone when somebody renews the responder just now: the next request reads again.
            && let Some(key) = self.store.key(responder.value.key).await?
        {
            let key = key.value;
            identity = Some(Identity {
                algorithm: algorithm(key.algorithm, issued.hash)?,
                key_hash: key.public_key.key_identifier(),
                not_after: responder.value.not_after,
                certificate: responder.value.certificate,
                key,
            });
        }
        Ok(Some(Signer {
            // Without a key it is not to be found again.
            rows: OcspRows {
                account: rows.account,
                authority: found.version,
                responder: version.filter(|_| identity.is_some()),
            },
            ends: authority.deletion_time().map_or(issued.not_after, |at| at.min(issued.not_after)),
            issuer: IssuerHashes::of(&issued.subject, public_key),
            fallen: fallen(&authority),
            responder: identity,
        }))
    }
}

impl Signer {
    /// What is told of a certificate of which the records say `standing`: when the authority's key is
    /// known to others, everything that it issued is revoked (RFC 6960 §2.7).
    pub(super) fn told(&self, standing: Standing) -> Standing {
        match (standing, self.fallen) {
            (Standing::Issued, Some(fallen)) => fallen,
            (standing, _) => standing,
        }
    }
}

/// The certificate of an authority that answers. A disabled or deleted one does as long as it can be
/// restored, and a revoked one until it is deleted: relying parties have to learn what it revoked.
fn answering(authority: &Authority) -> Option<&Issued> {
    match (authority.home, authority.ocsp) {
        (Home::PrivateCa, OcspSwitch::On) => authority.issued(),
        _ => None,
    }
}

/// The revocation of everything that the authority issued, if its key is known to others.
fn fallen(authority: &Authority) -> Option<Standing> {
    match authority.phase()? {
        Phase::Revoked {
            at,
            reason: RevocationReason::KeyCompromise | RevocationReason::AuthorityCompromise,
        } => Some(Standing::Revoked { at, reason: RevocationReason::AuthorityCompromise }),
        Phase::Active
        | Phase::DeletionScheduled { .. }
        | Phase::Disabled
        | Phase::Revoked { .. } => None,
    }
}
