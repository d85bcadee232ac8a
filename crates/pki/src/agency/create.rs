//! Creates the agency of an account.

use ledger::{AgencyId, Author};

use super::Agency;
use crate::commit::{Decisions, Settled};
use crate::{Error, Pki};

impl Pki {
    /// Creates the agency of the author's account. One that is there stays as it is.
    ///
    /// # Errors
    ///
    /// `Conflict`.
    pub async fn create_agency(&self, author: &Author) -> Result<AgencyId, Error> {
        let mut decisions = Decisions::default();
        loop {
            if let Some(present) = self.store.agency(author.account).await? {
                return Ok(present.id);
            }
            let id = AgencyId::generate(&*self.clock, &*self.random);
            let created_at = self.clock.now();
            let event = author.event(created_at, "create_agency", id);
            let agency = Agency { id, account: author.account, created_at };
            let changes = self.changes(author, event).insert(agency);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(id);
            }
        }
    }
}
