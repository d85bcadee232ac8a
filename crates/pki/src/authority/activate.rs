//! Activates a pending authority: another authority of the account signs it.

use ledger::{Author, CaId};
use x509::KeyUsage;

use super::issue::Child;
use super::{Authority, Issuance, State};
use crate::commit::{Decisions, Settled};
use crate::crl::NewCrl;
use crate::subject::PartOrder;
use crate::{Error, Pki, profile};

/// What a status needs for an activation.
pub(super) const ACTIVATED: &str = "only a PENDING one can be activated";

/// How to activate a pending authority.
#[derive(Clone, Debug)]
pub struct Activation {
    /// Who signs it and how.
    pub issuance: Issuance,
    /// The key usages; `None` is what its creation named.
    pub key_usage: Option<KeyUsage>,
    /// How its CRLs are published; `None` is what its creation named.
    pub crl: Option<NewCrl>,
}

impl Pki {
    /// Has another authority of the account sign the pending authority `id`.
    ///
    /// # Errors
    ///
    /// `AuthorityStatus` unless it is pending and its issuer active; what the rules refuse.
    pub async fn activate_authority(
        &self,
        author: &Author,
        id: CaId,
        activation: Activation,
    ) -> Result<(), Error> {
        let mut decisions = Decisions::default();
        loop {
            let pending = self.waiting_authority(author.account, id, ACTIVATED).await?;
            let asked = activation.key_usage.unwrap_or(pending.value.key_usage);
            let child = Child {
                subject: pending.value.distinguished_name.to_name(PartOrder::PrivateCa)?,
                key_algorithm: pending.value.key_algorithm,
                key_usage: profile::authority_usage(asked),
            };
            let key_usage = child.key_usage;
            let approval = self.approve(author.account, child, activation.issuance).await?;
            let key = self.authority_key(&pending.value).await?.value;
            let issued = self.issue(&approval, &key).await?;
            let state = State::active(issued);
            let active = Authority { key_usage, state, ..pending.value };
            let event = author.event(self.clock.now(), "activate_authority", id);
            let changes = self.changes(author, event);
            let changes = self.with_first_crl(changes, &active, activation.crl.as_ref()).await?;
            let changes = changes.replace(active, pending.version);
            let changes = approval.expected_by(changes);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(());
            }
        }
    }
}
