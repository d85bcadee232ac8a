//! Imports the certificate of a pending authority that was signed elsewhere.

use ledger::{Author, CaId};

use super::examine::Incoming;
use super::{Authority, Home, State};
use crate::commit::{Decisions, Settled};
use crate::subject::PartOrder;
use crate::{DistinguishedName, Error, Pki};

/// A certificate that was signed elsewhere.
#[derive(Clone, Debug)]
pub struct Import {
    /// The authority's certificate, PEM.
    pub certificate: String,
    /// The certificates above it in any order, PEM.
    pub chain: Option<String>,
}

impl Pki {
    /// Completes the pending authority `id` with a certificate that was signed elsewhere.
    ///
    /// # Errors
    ///
    /// `AuthorityStatus` unless it is pending; `PublicKeyMismatch` for another key's certificate;
    /// what else the rules refuse.
    pub async fn import_authority(
        &self,
        author: &Author,
        id: CaId,
        import: Import,
    ) -> Result<(), Error> {
        let mut decisions = Decisions::default();
        loop {
            let needed = "only a PENDING one takes a certificate";
            let pending = self.waiting_authority(author.account, id, needed).await?;
            let incoming = Incoming::read(&import.certificate, import.chain.as_deref())?;
            let key = self.authority_key(&pending.value).await?.value;
            let accepted =
                self.accept(author.account, Home::PrivateCa, incoming, &key.public_key).await?;
            let asked = pending.value.distinguished_name.to_name(PartOrder::PrivateCa)?;
            let now = self.clock.now();
            let mut event = author.event(now, "import_authority", id);
            event.detail = accepted.differences(&asked, &key.public_key);
            let active = Authority {
                distinguished_name: DistinguishedName::of(&accepted.issued.subject),
                state: State::active(accepted.issued.clone()),
                ..pending.value
            };
            let changes = self.changes(author, event);
            let changes = self.with_first_crl(changes, &active, None).await?;
            let changes = changes.replace(active, pending.version);
            let changes = accepted.expected_by(changes);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(());
            }
        }
    }
}
