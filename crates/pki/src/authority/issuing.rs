//! Authorities that issue, with all that issuing needs to know of them: read once in an epoch.
//!
//! What is kept decides nothing alone. The change set of an issuance expects every authority of the
//! line as it was read, so that one that was disabled or revoked elsewhere since refuses the commit;
//! and before a refusal is answered that rests on what was kept, the epoch is asked for.

use std::sync::Arc;

use ledger::{AccountId, CaId, Epoch, Timestamp};
use quick_cache::sync::Cache;

use super::lineage::{Lineage, not_issuing};
use super::{Authority, Issued, Status};
use crate::authority::issue::shown_name;
use crate::crl::Sharding;
use crate::pointers::Pointers;
use crate::profile::IssuerIdentity;
use crate::{DistinguishedName, Error, KeyRecord, Pki};

/// How many are kept: some kilobytes each.
const CAPACITY: usize = 512;

/// An authority that issues certificates to others.
#[derive(Debug)]
pub(crate) struct Issuing {
    /// Itself, and all that is known above it.
    pub(crate) lineage: Lineage,
    /// Its key, sealed.
    pub(crate) key: KeyRecord,
    /// How it names itself in what it signs.
    pub(crate) identity: IssuerIdentity,
    /// The parts of its subject.
    pub(crate) distinguished_name: DistinguishedName,
    /// How it is called.
    pub(crate) shown_name: String,
    /// The addresses in what it issues; `None` where they differ from certificate to certificate,
    /// because these point to shards of its CRL.
    pub(crate) pointers: Option<Pointers>,
    /// The epoch in which all of this was read.
    epoch: Option<Epoch>,
}

/// The authorities that issued last.
pub(crate) struct IssuingAuthorities(Cache<(AccountId, CaId), Arc<Issuing>>);

impl IssuingAuthorities {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self(Cache::new(CAPACITY))
    }
}

impl Pki {
    /// The authority `id`, which can issue now.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`; `AuthorityStatus` unless it is active; `AncestorGone`; what keeps its
    /// certificates from being addressed.
    pub(crate) async fn issuing(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<Arc<Issuing>, Error> {
        // Before the first read: what changes after it ends this epoch.
        let epoch = self.store.epoch().await?;
        let now = self.clock.now();
        if epoch.is_some()
            && let Some(kept) = self.issuers.0.get(&(account, id))
            && kept.epoch == epoch
            && !kept.lineage.has_gone(now)
        {
            return Ok(kept);
        }
        let read = Arc::new(self.read_issuing(account, id, now, epoch).await?);
        if epoch.is_some() && read.lineage.is_told_by_rows() {
            self.issuers.0.insert((account, id), Arc::clone(&read));
        }
        Ok(read)
    }

    /// Whether a refusal because of `issuing` may be out of date: something has changed since.
    pub(crate) async fn is_outdated(&self, issuing: &Issuing) -> Result<bool, Error> {
        Ok(issuing.epoch.is_some() && self.store.epoch_now().await? != issuing.epoch)
    }

    async fn read_issuing(
        &self,
        account: AccountId,
        id: CaId,
        now: Timestamp,
        epoch: Option<Epoch>,
    ) -> Result<Issuing, Error> {
        let issuer = self.private_authority(account, id).await?;
        let status = issuer.value.status(now);
        if status != Status::Active {
            return Err(not_issuing(&issuer.value, status));
        }
        let lineage = self.lineage(account, issuer).await?;
        let (authority, issued) = lineage.issuing(now)?;
        Ok(Issuing {
            key: self.authority_key(authority).await?.value,
            identity: IssuerIdentity {
                subject: issued.subject.clone(),
                key_identifier: issued.key_identifier.clone(),
            },
            distinguished_name: DistinguishedName::of(&issued.subject),
            shown_name: shown_name(&issued.subject),
            pointers: self.common_pointers(authority).await?,
            epoch,
            lineage,
        })
    }

    /// The addresses in whatever this authority issues; `None` where its certificates point to shards.
    async fn common_pointers(&self, authority: &Authority) -> Result<Option<Pointers>, Error> {
        let crl = self.store.crl(authority.account, authority.id).await?;
        let sharded =
            |crl: &crate::crl::Crl| crl.configuration.enabled && crl.sharding == Sharding::On;
        if crl.is_some_and(|crl| sharded(&crl.value)) {
            return Ok(None);
        }
        self.pointers(authority, None).await.map(Some)
    }
}

impl Issuing {
    /// Itself, with its certificate, if it can issue at `now`.
    ///
    /// # Errors
    ///
    /// As [`Lineage::issuing`].
    pub(crate) fn at(&self, now: Timestamp) -> Result<(&Authority, &Issued), Error> {
        self.lineage.issuing(now)
    }
}
