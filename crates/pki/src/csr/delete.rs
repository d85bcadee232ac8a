//! Deletes a certification request.

use ledger::{Author, CsrId};

use crate::commit::{Decisions, Settled};
use crate::keys::key_row;
use crate::{Error, Pki};

impl Pki {
    /// Deletes the request `id` with its key, for ever, and gives its place in the quota back.
    ///
    /// # Errors
    ///
    /// `CsrNotFound`.
    pub async fn delete_csr(&self, author: &Author, id: CsrId) -> Result<(), Error> {
        let mut decisions = Decisions::default();
        loop {
            let found = self.store.csr(author.account, id).await?.ok_or(Error::CsrNotFound(id))?;
            let event = author.event(self.clock.now(), "delete_csr", id);
            let changes = self.changes(author, event).remove(found.value.row(), found.version);
            let changes = match found.value.key {
                // A deletion at the same time may have taken the key along: decide again then.
                Some(key) => match self.store.key(key).await? {
                    Some(stored) => changes.remove(key_row(key), stored.version),
                    None => changes,
                },
                None => changes,
            };
            let changes = Self::discounted(changes, author.account);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(());
            }
        }
    }
}
