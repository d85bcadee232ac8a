//! Deletes a certificate.

use ledger::{Author, CertificateId, Counter, Quota};

use crate::commit::{Decisions, Settled};
use crate::keys::key_row;
use crate::{Error, Pki};

impl Pki {
    /// Deletes the certificate `id` with its keys, for ever and whatever its status, and gives its
    /// place in the quota back. Its serial numbers and its revocation stay recorded: its issuer's
    /// CRL and OCSP answers tell of it as before.
    ///
    /// # Errors
    ///
    /// `CertificateNotFound`.
    pub async fn delete_certificate(
        &self,
        author: &Author,
        id: CertificateId,
    ) -> Result<(), Error> {
        let mut decisions = Decisions::default();
        loop {
            let found = self.own_certificate(author.account, id).await?;
            let now = self.clock.now();
            let mut event = author.event(now, "delete_certificate", id);
            event.detail = Some(format!("it was {}", found.value.status(now)));
            let mut changes = self.changes(author, event).remove(found.value.row(), found.version);
            let encryption = found.value.encryption.as_ref().map(|encryption| encryption.key);
            for key in found.value.key.into_iter().chain(encryption) {
                // A deletion at the same time may have taken the key along: decide again then.
                if let Some(stored) = self.store.key(key).await? {
                    changes = changes.remove(key_row(key), stored.version);
                }
            }
            let quota = Counter::of_account(Quota::Certificates, author.account);
            let changes = changes.add(quota, -1, None);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(());
            }
        }
    }
}
