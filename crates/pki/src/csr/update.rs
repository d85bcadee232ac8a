//! Renames a certification request.

use std::time::Duration;

use ledger::{Author, CsrId};

use super::Csr;
use super::subject::check_name;
use crate::commit::{Decisions, Settled};
use crate::{Error, Pki};

impl Pki {
    /// Gives the request `id` another name; nothing else of a request can change. The time of its
    /// last change always moves on, even within one millisecond.
    ///
    /// # Errors
    ///
    /// `CsrNotFound`; `Invalid` for the name.
    pub async fn update_csr(&self, author: &Author, id: CsrId, name: &str) -> Result<Csr, Error> {
        check_name(name)?;
        let mut decisions = Decisions::default();
        loop {
            let found = self.store.csr(author.account, id).await?.ok_or(Error::CsrNotFound(id))?;
            let now = self.clock.now();
            let renamed = Csr {
                name: name.to_owned(),
                updated_at: now.max(found.value.updated_at + Duration::from_millis(1)),
                ..found.value
            };
            let event = author.event(now, "update_csr", id);
            let changes = self.changes(author, event).replace(renamed.clone(), found.version);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(renamed);
            }
        }
    }
}
