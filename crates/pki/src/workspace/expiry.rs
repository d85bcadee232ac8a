//! The end of transactions that nobody completes.

use std::time::Duration;

use ledger::{Author, Changes, Counter, ProjectId, Quota, Timestamp, Versioned};

use super::{Transaction, TransactionState};
use crate::keys::key_row;
use crate::{Error, Pki, Record};

/// How long a transaction waits for its certificate.
const WAITING: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How many authorities a project may have, waiting ones counted.
pub(crate) const PROJECT_AUTHORITIES: i64 = 3;

impl Transaction {
    /// Whether it has waited too long at `now`; then it is as good as gone.
    pub(super) fn has_expired(&self, now: Timestamp) -> bool {
        self.state == TransactionState::Pending && now.since(self.created_at) >= WAITING
    }
}

impl Pki {
    /// Counts one more authority of the project, after removing the transactions that have
    /// expired, with their keys.
    pub(super) async fn make_room(
        &self,
        mut changes: Changes<Record>,
        author: &Author,
        project: ProjectId,
        now: Timestamp,
    ) -> Result<Changes<Record>, Error> {
        let mut difference = 1;
        for Versioned { value, version } in self.store.pending_transactions(project).await? {
            if value.has_expired(now) {
                changes = self.without_key(changes, author, &value, now).await?;
                changes = changes.remove(value.row(), version);
                difference -= 1;
            }
        }
        let counter = Counter::of_project(Quota::WorkspaceAuthorities, project);
        Ok(changes.add(counter, difference, Some(PROJECT_AUTHORITIES)))
    }

    /// Removes the key of a transaction that has expired, and tells so.
    pub(super) async fn without_key(
        &self,
        changes: Changes<Record>,
        author: &Author,
        expired: &Transaction,
        now: Timestamp,
    ) -> Result<Changes<Record>, Error> {
        let key = self.stored_key(expired.key).await?;
        let mut event = author.event(now, "expire_workspace_request", expired.object());
        event.detail =
            Some("nobody imported its certificate in time; its key is removed".to_owned());
        Ok(changes.remove(key_row(expired.key), key.version).tell(event))
    }
}
