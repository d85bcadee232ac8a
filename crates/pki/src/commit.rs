//! The one way to commit: conflicts are decided again, unknown fates looked up.

use std::sync::Arc;

use ledger::{AuditEvent, Author, ChangeId, Changes, CommitError, Counter, KeyId, Quota, Table};

use crate::workspace::PROJECT_AUTHORITIES;
use crate::{Error, KeyStore, Pki, Record};

/// How often a change is decided before the operation gives up.
const DECISIONS: u32 = 5;

/// Whether a decision has become true.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub(crate) enum Settled {
    /// It is durable.
    Done,
    /// Something that it rests on changed: read and decide again.
    DecideAgain,
}

/// Counts the decisions of one operation.
#[derive(Debug, Default)]
pub(crate) struct Decisions(u32);

impl Decisions {
    /// Counts a decision that was overtaken before its commit.
    ///
    /// # Errors
    ///
    /// `Conflict` when it was the last of those that are allowed.
    pub(crate) fn overtaken(&mut self) -> Result<(), Error> {
        self.0 += 1;
        if self.0 < DECISIONS { Ok(()) } else { Err(Error::Conflict) }
    }
}

impl Pki {
    /// A change set by `author` that so far only tells `event`.
    pub(crate) fn changes(&self, author: &Author, event: AuditEvent) -> Changes<Record> {
        Changes::new(ChangeId::generate(&*self.clock, &*self.random), event).by(author)
    }

    /// Refuses what its commit would refuse now, before work is done for it.
    pub(crate) async fn check_room(
        &self,
        counter: &Counter,
        at_most: Option<i64>,
    ) -> Result<(), Error> {
        match at_most {
            Some(most) if self.store.count(counter).await? >= most => {
                Err(Error::QuotaReached { quota: counter.quota, most })
            }
            _ => Ok(()),
        }
    }

    /// The refusal of one more under a quota, with its size.
    fn quota_reached(&self, quota: Quota) -> Error {
        let most = match quota {
            Quota::Authorities => self.settings.authority_quota.map(i64::from),
            Quota::Certificates => self.settings.certificate_quota.map(i64::from),
            Quota::Csrs => self.settings.csr_quota.map(i64::from),
            // Counted by `iam` alone.
            Quota::Groups
            | Quota::GroupsOfUser
            | Quota::Policies
            | Quota::PoliciesAttached
            | Quota::Users => None,
            // It counts without a bound.
            Quota::Sharded | Quota::Unpublished => None,
            Quota::WorkspaceAuthorities => Some(PROJECT_AUTHORITIES),
        };
        // Nothing is refused under a quota without a bound.
        Error::QuotaReached { quota, most: most.unwrap_or_default() }
    }

    /// Commits what was decided. An operation reads, decides and calls this in a loop until it
    /// is done; keys that it made are used again.
    ///
    /// # Errors
    ///
    /// `QuotaReached`; `Conflict` when the last of the allowed decisions was overtaken too;
    /// `Internal` when the store failed or cannot tell what became of the change set.
    pub(crate) async fn settle(
        &self,
        changes: Changes<Record>,
        decisions: &mut Decisions,
    ) -> Result<Settled, Error> {
        decisions.0 += 1;
        let id = changes.id();
        let mut destroyed = Destroyed::by(&changes, &self.keys);
        let refusal = match self.store.commit(changes).await {
            Ok(()) => return Ok(Settled::Done),
            Err(CommitError::Unknown) if self.store.committed(id).await? => {
                return Ok(Settled::Done);
            }
            Err(CommitError::QuotaReached(counter)) => Some(self.quota_reached(counter.quota)),
            Err(CommitError::Failed(error)) => Some(error.into()),
            Err(CommitError::Unknown | CommitError::Conflict) => None,
        };
        destroyed.spare();
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
        if decisions.0 < DECISIONS { Ok(Settled::DecideAgain) } else { Err(Error::Conflict) }
    }
}

/// The keys whose records a change set removes. What is kept open of them is closed when this is
/// dropped: after the commit, and also when nobody waits for its answer any more.
struct Destroyed {
    ids: Vec<KeyId>,
    keys: Arc<dyn KeyStore>,
}

impl Destroyed {
    fn by(changes: &Changes<Record>, keys: &Arc<dyn KeyStore>) -> Self {
        let rows = changes.removals().iter().map(|removal| &removal.row);
        let ids =
            rows.filter(|row| row.table == Table::Keys).filter_map(|row| row.key.parse().ok());
        Self { ids: ids.collect(), keys: Arc::clone(keys) }
    }

    /// The change set did not become true.
    fn spare(&mut self) {
        self.ids.clear();
    }
}

impl Drop for Destroyed {
    fn drop(&mut self) {
        self.ids.iter().for_each(|id| self.keys.forget(*id));
    }
}
