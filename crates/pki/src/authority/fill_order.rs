//! Makes an ordered authority what it is to be.

use ledger::{AccountId, Author, CaId, Versioned};

use super::activate::ACTIVATED;
use super::create::{Begun, expected};
use super::{Authority, NewAuthority, State};
use crate::commit::{Decisions, Settled};
use crate::{Error, Pki};

impl Pki {
    /// Whether the pending authority `id` of this account was ordered, and nothing else is known of
    /// it.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`; `AuthorityStatus` unless it is pending.
    pub async fn is_only_ordered(&self, account: AccountId, id: CaId) -> Result<bool, Error> {
        let found = self.pending_authority(account, id, ACTIVATED).await?;
        Ok(matches!(found.value.state, State::Ordered))
    }

    /// Gives the ordered authority `id` its subject, its key and, unless it is to wait, its
    /// certificate. The order's enterprise project stays where the default one is named.
    ///
    /// # Errors
    ///
    /// `AuthorityStatus` unless it was ordered and nothing more; else as
    /// [`Pki::create_authority`].
    pub async fn fill_order(
        &self,
        author: &Author,
        id: CaId,
        new: NewAuthority,
    ) -> Result<(), Error> {
        let subject = new.checked_subject()?;
        let mut decisions = Decisions::default();
        let mut made_key = None;
        loop {
            let Versioned { value: ordered, version } =
                self.ordered_authority(author.account, id).await?;
            let Begun { approval, key, state } =
                self.begin(author.account, &new, &subject, made_key.take()).await?;
            let filled = Authority {
                kind: new.plan.kind(),
                distinguished_name: new.subject.clone(),
                key: Some(key.binding.id),
                key_algorithm: new.key_algorithm,
                key_usage: new.plan.key_usage(),
                enterprise_project: if new.enterprise_project == "0" {
                    ordered.enterprise_project
                } else {
                    new.enterprise_project.clone()
                },
                state,
                ..ordered
            };
            let event = author.event(self.clock.now(), "activate_authority", id);
            let changes = self.changes(author, event).insert(key.clone());
            let changes = self.with_first_crl(changes, &filled, new.crl.as_ref()).await?;
            let changes = expected(approval.as_ref(), changes.replace(filled, version));
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(());
            }
            made_key = Some(self.used_again(key)?);
        }
    }

    async fn ordered_authority(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<Versioned<Authority>, Error> {
        let needed = "only one that was ordered and not activated yet takes a ca_id";
        let found = self.pending_authority(account, id, needed).await?;
        match found.value.state {
            State::Ordered => Ok(found),
            State::Issued { .. } | State::Pending { .. } => {
                let status = found.value.status(self.clock.now());
                Err(Error::AuthorityStatus { id, status, needed })
            }
        }
    }
}
