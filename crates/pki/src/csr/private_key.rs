//! Hands out the private key of a certification request.

use ledger::{Author, CsrId, KeyId};
use zeroize::Zeroizing;

use crate::commit::{Decisions, Settled};
use crate::{Error, ExportedKey, KeyRecord, Pki};

impl Pki {
    /// The private key of the request `id`, PEM; empty for an upload without one. The audit event
    /// that tells of it is durable before the key is returned.
    ///
    /// # Errors
    ///
    /// `CsrNotFound`.
    pub async fn csr_private_key(&self, author: &Author, id: CsrId) -> Result<ExportedKey, Error> {
        let mut decisions = Decisions::default();
        loop {
            let found = self.store.csr(author.account, id).await?.ok_or(Error::CsrNotFound(id))?;
            let exported = match found.value.key {
                Some(key) => self.keys.export(&self.csr_key(author, id, key).await?).await?,
                None => Zeroizing::new(String::new()),
            };
            let mut event = author.event(self.clock.now(), "export_csr_private_key", id);
            if found.value.key.is_none() {
                event.detail = Some("the request has no private key here".to_owned());
            }
            let changes = self.changes(author, event).expect(found.value.row(), found.version);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(exported);
            }
        }
    }

    /// The key of the request `id` that was just read.
    ///
    /// # Errors
    ///
    /// `CsrNotFound` when it was deleted since.
    async fn csr_key(&self, author: &Author, id: CsrId, key: KeyId) -> Result<KeyRecord, Error> {
        match self.store.key(key).await? {
            Some(key) => Ok(key.value),
            None => match self.store.csr(author.account, id).await? {
                None => Err(Error::CsrNotFound(id)),
                Some(_) => Err(Error::inconsistent("a certification request has no key")),
            },
        }
    }
}
