//! Deletes a Workspace authority, or drops one that waits for its certificate.

use ledger::{Author, CaId, Counter, ProjectId, Quota};

use super::TransactionId;
use crate::commit::{Decisions, Settled};
use crate::{Error, Pki};

impl Pki {
    /// Deletes the authority `id` of this project in whatever state, destroys its key, and gives
    /// its place back.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`.
    pub async fn delete_workspace_authority(
        &self,
        author: &Author,
        project: ProjectId,
        id: CaId,
    ) -> Result<(), Error> {
        let mut decisions = Decisions::default();
        loop {
            let found = self.authority_of_project(author.account, project, id).await?;
            let event = author.event(self.clock.now(), "delete_workspace_authority", id);
            let changes = self.changes(author, event);
            // Without its key it has been deleted by somebody else in the meantime.
            let destroying = self.destroying(changes, &found).await?;
            let changes = destroying.ok_or(Error::AuthorityNotFound(id))?;
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(());
            }
        }
    }

    /// Drops the transaction `id` of this project, which waits for its certificate: its key is
    /// destroyed, its place given back, and its id is free again.
    ///
    /// # Errors
    ///
    /// `TransactionNotFound`, also when it is completed or has expired.
    pub async fn delete_workspace_request(
        &self,
        author: &Author,
        project: ProjectId,
        id: &TransactionId,
    ) -> Result<(), Error> {
        let mut decisions = Decisions::default();
        loop {
            let now = self.clock.now();
            let found = self.own_transaction(author, project, id).await?;
            let waiting =
                found.filter(|found| found.value.waits(now)).ok_or(Error::TransactionNotFound)?;
            let event = author.event(now, "delete_workspace_request", waiting.value.object());
            let changes = self.changes(author, event);
            let changes = self.without_key(changes, &waiting.value).await?;
            let counter = Counter::of_project(Quota::WorkspaceAuthorities, project);
            let changes =
                changes.remove(waiting.value.row(), waiting.version).add(counter, -1, None);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(());
            }
        }
    }
}
