//! The one way to commit: conflicts are decided again, unknown fates looked up.

use ledger::{AuditEvent, Author, ChangeId, Changes, CommitError, Counter, KeyId, Quota, Table};

use crate::workspace::PROJECT_AUTHORITIES;
use crate::{Error, Pki, Record};

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
            Quota::Csrs => self.settings.csr_quota.map(i64::from),
            // Counted by `iam` alone.
            Quota::Groups
            | Quota::GroupsOfUser
            | Quota::Policies
            | Quota::PoliciesAttached
            | Quota::Users => None,
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
        let destroyed = destroyed_keys(&changes);
        match self.store.commit(changes).await {
            Ok(()) => return Ok(self.done(destroyed)),
            Err(CommitError::QuotaReached(counter)) => {
                return Err(self.quota_reached(counter.quota));
            }
            Err(CommitError::Failed(error)) => return Err(error.into()),
            Err(CommitError::Unknown) if self.store.committed(id).await? => {
                return Ok(self.done(destroyed));
            }
            Err(CommitError::Unknown | CommitError::Conflict) => {}
        }
        if decisions.0 < DECISIONS { Ok(Settled::DecideAgain) } else { Err(Error::Conflict) }
    }

    /// A change set has become true: what was kept open of the keys that it removed is closed.
    fn done(&self, destroyed: Vec<KeyId>) -> Settled {
        destroyed.into_iter().for_each(|key| self.keys.forget(key));
        Settled::Done
    }
}

/// The keys whose records a change set removes.
fn destroyed_keys(changes: &Changes<Record>) -> Vec<KeyId> {
    let keys = changes.removals().iter().filter(|removal| removal.row.table == Table::Keys);
    keys.filter_map(|removal| removal.row.key.parse().ok()).collect()
}
