//! An authority with all that is known above it.

use ledger::{AccountId, Changes, Timestamp, Versioned};
use x509::{Certificate, UnixTime};

use super::{Authority, Issued, Issuer, Phase, Status};
use crate::validity::Window;
use crate::{Error, Objects, Pki, Record};

/// More levels than any allowed chain has: path lengths end at 7, imported chains are stored with
/// the authority that came with them.
const MOST_LEVELS: usize = 32;

/// An authority that has its certificate, and the known authorities and certificates above it.
#[derive(Debug)]
pub(crate) struct Lineage {
    /// The authorities of this account: the issuing one, its issuer and so on, then those that
    /// stand in the imported chain.
    pub(crate) authorities: Vec<Versioned<Authority>>,
    /// Their certificates, then the imported chain of the last one: nearest first.
    pub(crate) certificates: Vec<Certificate>,
    /// Whether an authority of this account revoked a certificate in the imported chain.
    chain_is_revoked: bool,
}

impl Pki {
    /// Reads everything known above `authority`, and itself first.
    ///
    /// # Errors
    ///
    /// `AncestorGone` when a known issuer does not exist any more: what became of it before that,
    /// a revocation perhaps, cannot be told from here.
    pub(crate) async fn lineage(
        &self,
        account: AccountId,
        authority: Versioned<Authority>,
    ) -> Result<Lineage, Error> {
        self.lineage_in(&*self.store, account, authority).await
    }

    /// The same, as `rows` have it.
    pub(crate) async fn lineage_in(
        &self,
        rows: &dyn Objects,
        account: AccountId,
        authority: Versioned<Authority>,
    ) -> Result<Lineage, Error> {
        let mut lineage =
            Lineage { authorities: Vec::new(), certificates: Vec::new(), chain_is_revoked: false };
        let mut next = Some(authority);
        while let Some(authority) = next.take() {
            if lineage.authorities.len() == MOST_LEVELS {
                return Err(Error::inconsistent("a chain of authorities has no end"));
            }
            let issued = authority.value.issued().ok_or_else(no_certificate)?;
            let certificates = std::iter::once(&issued.certificate).chain(&issued.imported_chain);
            for der in certificates {
                lineage.certificates.push(Certificate::from_der(der).map_err(Error::internal)?);
            }
            if let Issuer::Authority(issuer) = issued.issuer {
                let above = self.present_in(rows, account, issuer).await?;
                let id = authority.value.id;
                next = Some(above.ok_or(Error::AncestorGone { id })?);
            }
            lineage.authorities.push(authority);
        }
        self.add_own_of_chain(rows, account, &mut lineage).await?;
        Ok(lineage)
    }

    /// Adds the authorities of this account that stand in the imported chain: they signed for
    /// somebody else, who signed for the one whose chain it is.
    async fn add_own_of_chain(
        &self,
        rows: &dyn Objects,
        account: AccountId,
        lineage: &mut Lineage,
    ) -> Result<(), Error> {
        let Some(last) = lineage.authorities.last() else { return Ok(()) };
        let id = last.value.id;
        let imported = last.value.issued().map_or(0, |issued| issued.imported_chain.len());
        let start = lineage.certificates.len().saturating_sub(imported + 1);
        for (below, above) in
            lineage.certificates.iter().zip(lineage.certificates.iter().skip(1)).skip(start)
        {
            let subject = above.subject().comparison_key();
            let candidates = rows.authorities_by_subject(account, &subject).await?;
            let own = candidates.into_iter().find(|candidate| {
                candidate.value.issued().is_some_and(|issued| issued.certificate == above.der())
            });
            let Some(own) = own else { continue };
            if own.value.is_gone(self.clock.now()) {
                return Err(Error::AncestorGone { id });
            }
            lineage.chain_is_revoked |= rows.is_revoked(own.value.id, below.serial()).await?;
            let known = |known: &Versioned<Authority>| known.value.id == own.value.id;
            if !lineage.authorities.iter().any(known) {
                let line = Box::pin(self.lineage_in(rows, account, own)).await?;
                lineage.chain_is_revoked |= line.chain_is_revoked;
                lineage.authorities.extend(line.authorities);
            }
        }
        Ok(())
    }
}

impl Lineage {
    /// The authority that issues, with its certificate.
    ///
    /// # Errors
    ///
    /// `AuthorityStatus` unless it is active at `now`; `IssuerRefuses` when a known authority above
    /// it is revoked, or a known certificate above it is not valid then, since nobody could verify
    /// what it issues (RFC 5280 §6.1.3). That an authority above it is disabled does not matter.
    pub(crate) fn issuing(&self, now: Timestamp) -> Result<(&Authority, &Issued), Error> {
        let authority = &self.authorities.first().ok_or_else(no_certificate)?.value;
        match (authority.status(now), authority.issued()) {
            (Status::Active, Some(issued)) => {
                self.check_revocations()?;
                self.certificates.iter().skip(1).try_for_each(|above| check_time(above, now))?;
                Ok((authority, issued))
            }
            (status, _) => Err(not_issuing(authority, status)),
        }
    }

    /// Refuses a line of which an authority is revoked.
    ///
    /// # Errors
    ///
    /// `IssuerRefuses`, naming the authority.
    pub(crate) fn check_revocations(&self) -> Result<(), Error> {
        let is_revoked = |authority: &&Versioned<Authority>| {
            matches!(authority.value.phase(), Some(Phase::Revoked { .. }))
        };
        match self.authorities.iter().find(is_revoked) {
            None if self.chain_is_revoked => {
                Err(Error::IssuerRefuses("a certificate above it is REVOKED".to_owned()))
            }
            None => Ok(()),
            Some(revoked) => {
                let id = revoked.value.id;
                let problem = format!("certificate authority {id} above it is REVOKED");
                Err(Error::IssuerRefuses(problem))
            }
        }
    }

    /// Whether an authority that is known above has ceased to exist by `now`.
    pub(crate) fn has_gone(&self, now: Timestamp) -> bool {
        self.authorities.iter().any(|authority| authority.value.is_gone(now))
    }

    /// Whether the rows of the known authorities tell all: without an imported chain, of whose
    /// revocations other rows tell.
    pub(crate) fn is_told_by_rows(&self) -> bool {
        let imported = |issued: &Issued| !issued.imported_chain.is_empty();
        !self.authorities.iter().any(|authority| authority.value.issued().is_some_and(imported))
    }

    /// Lets the change hold only while the issuing authority and all known ones above it are as
    /// they were read.
    pub(crate) fn expected_by(&self, changes: Changes<Record>) -> Changes<Record> {
        self.authorities.iter().fold(changes, |changes, authority| {
            changes.expect(authority.value.row(), authority.version)
        })
    }
}

/// Checks that a certificate above an issuing authority is valid at `now`. As everywhere here it
/// has expired from the second of its notAfter on.
fn check_time(above: &Certificate, now: Timestamp) -> Result<(), Error> {
    let second = UnixTime(now.as_seconds());
    if above.not_before() <= second && second < above.not_after() {
        return Ok(());
    }
    let subject = above.subject();
    Err(Error::IssuerRefuses(format!("the certificate \"{subject}\" above it is not valid now")))
}

/// The refusal to issue from an authority that is not active.
pub(crate) fn not_issuing(authority: &Authority, status: Status) -> Error {
    Error::AuthorityStatus { id: authority.id, status, needed: "only an ACTIVED one can issue" }
}

/// An authority whose issuer is stored as known has lost it.
fn no_certificate() -> Error {
    Error::inconsistent("an authority above another one has no certificate")
}

impl Issued {
    /// From when to when it is valid.
    pub(crate) fn window(&self) -> Window {
        Window { not_before: self.not_before, not_after: self.not_after }
    }
}
