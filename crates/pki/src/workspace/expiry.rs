//! The end of transactions that nobody completes, and the places that they leave.

use std::time::Duration;

use ledger::{Actor, Author, Changes, Counter, Origin, ProjectId, Quota, Timestamp, Versioned};

use super::{Transaction, TransactionState};
use crate::commit::{Decisions, Settled};
use crate::keys::key_row;
use crate::lease::Lease;
use crate::{Error, Pki, Record};

/// How long a transaction waits for its certificate.
const WAITING: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How many authorities a project may have, waiting ones counted.
pub(crate) const PROJECT_AUTHORITIES: i64 = 3;

/// How many transactions are read at a time to be removed.
const BATCH: u32 = 100;

/// A place for one more authority of a project, and what has to go for it.
#[derive(Debug)]
pub(super) struct Room {
    project: ProjectId,
    /// The project's transactions that have expired and still take places.
    expired: Vec<Versioned<Transaction>>,
}

impl Transaction {
    /// Whether it has waited too long at `now`; then it is as good as gone.
    pub(super) fn has_expired(&self, now: Timestamp) -> bool {
        self.state == TransactionState::Pending && now.since(self.created_at) >= WAITING
    }

    /// Whether it can still be completed at `now`.
    pub(super) fn waits(&self, now: Timestamp) -> bool {
        self.state == TransactionState::Pending && !self.has_expired(now)
    }
}

impl Pki {
    /// Looks for a place for one more authority of the project, before a key is made for it.
    ///
    /// # Errors
    ///
    /// `QuotaReached` when there is none.
    pub(super) async fn find_room(
        &self,
        project: ProjectId,
        now: Timestamp,
    ) -> Result<Room, Error> {
        let mut expired = self.store.pending_transactions(project).await?;
        expired.retain(|waiting| waiting.value.has_expired(now));
        let used = self.store.count(&counter(project)).await?;
        if used - freed(&expired) >= PROJECT_AUTHORITIES {
            let quota = Quota::WorkspaceAuthorities;
            return Err(Error::QuotaReached { quota, most: PROJECT_AUTHORITIES });
        }
        Ok(Room { project, expired })
    }

    /// Takes the place: counts one more authority of the project, after removing the transactions
    /// that have expired, with their keys.
    pub(super) async fn taking(
        &self,
        room: Room,
        mut changes: Changes<Record>,
        author: &Author,
        now: Timestamp,
    ) -> Result<Changes<Record>, Error> {
        let difference = 1 - freed(&room.expired);
        for expired in room.expired {
            changes = self.without_expired(changes, author, &expired.value, now).await?;
            changes = changes.remove(expired.value.row(), expired.version);
        }
        Ok(changes.add(counter(room.project), difference, Some(PROJECT_AUTHORITIES)))
    }

    /// Removes every transaction that has waited too long, with its key, and gives its place
    /// back; gives how many. For a job of the server, under its lease: until it runs, nobody can
    /// complete them. Ends early when the lease is lost.
    ///
    /// # Errors
    ///
    /// `Internal` when the store fails; what was removed before that stays so.
    pub async fn expire_workspace_requests(&self, lease: &Lease) -> Result<usize, Error> {
        let mut removed = 0;
        loop {
            let created = self.clock.now() - WAITING;
            let due = self.store.transactions_waiting_since(created, BATCH).await?;
            let before = removed;
            for transaction in due {
                removed += self.expire_one(transaction, lease).await?;
            }
            // Either none is left, or somebody else is removing the same ones.
            if removed == before {
                return Ok(removed);
            }
        }
    }

    /// Removes a transaction that has expired; how many that were. One that somebody else changed
    /// in the meantime is left for the next look.
    async fn expire_one(
        &self,
        expired: Versioned<Transaction>,
        lease: &Lease,
    ) -> Result<usize, Error> {
        let Versioned { value: expired, version } = expired;
        let author = Author {
            account: expired.account,
            origin: Origin { actor: Actor::Server, address: None, request_id: String::new() },
            expectations: Vec::new(),
        };
        let event = expiry_event(&author, &expired, self.clock.now());
        let changes = self.without_key(self.changes(&author, event), &expired).await?;
        let changes =
            changes.remove(expired.row(), version).add(counter(expired.project), -1, None);
        match self.settle(lease.expected_by(changes), &mut Decisions::default()).await? {
            Settled::Done => Ok(1),
            Settled::DecideAgain => Ok(0),
        }
    }

    /// Removes the key of a transaction that has expired, and tells so.
    pub(super) async fn without_expired(
        &self,
        changes: Changes<Record>,
        author: &Author,
        expired: &Transaction,
        now: Timestamp,
    ) -> Result<Changes<Record>, Error> {
        let changes = self.without_key(changes, expired).await?;
        Ok(changes.tell(expiry_event(author, expired, now)))
    }

    /// Removes the key of a transaction that goes away in the same change set. A key that is not
    /// there has gone with it: then the transaction is not there either, and the commit conflicts.
    pub(super) async fn without_key(
        &self,
        changes: Changes<Record>,
        transaction: &Transaction,
    ) -> Result<Changes<Record>, Error> {
        Ok(match self.store.key(transaction.key).await? {
            Some(key) => changes.remove(key_row(transaction.key), key.version),
            None => changes,
        })
    }
}

fn counter(project: ProjectId) -> Counter {
    Counter::of_project(Quota::WorkspaceAuthorities, project)
}

/// How many places these leave.
fn freed(expired: &[Versioned<Transaction>]) -> i64 {
    i64::try_from(expired.len()).unwrap_or(i64::MAX)
}

fn expiry_event(author: &Author, expired: &Transaction, now: Timestamp) -> ledger::AuditEvent {
    let mut event = author.event(now, "expire_workspace_request", expired.object());
    event.detail = Some("nobody imported its certificate in time; its key is removed".to_owned());
    event
}
