//! Disables, enables and restores an authority: one phase takes the place of another.

use ledger::{Author, CaId};

use super::{Phase, Status};
use crate::commit::{Decisions, Settled};
use crate::{Error, Pki};

/// A way from one phase to another.
struct Step {
    /// Its name in the audit trail.
    action: &'static str,
    /// The statuses in which it can be gone.
    from: &'static [Status],
    /// Where it leads.
    to: Phase,
    /// What somebody in another status is told.
    needed: &'static str,
}

impl Pki {
    /// Disables the authority `id`: it issues nothing until it is enabled again.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`; `AuthorityStatus` unless it is active or expired.
    pub async fn disable_authority(&self, author: &Author, id: CaId) -> Result<(), Error> {
        let step = Step {
            action: "disable_authority",
            from: &[Status::Active, Status::Expired],
            to: Phase::Disabled,
            needed: "only an ACTIVED or EXPIRED one can be disabled",
        };
        self.change_phase(author, id, &step).await
    }

    /// Enables the disabled authority `id`; past its notAfter it is expired then.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`; `AuthorityStatus` unless it is disabled.
    pub async fn enable_authority(&self, author: &Author, id: CaId) -> Result<(), Error> {
        let step = Step {
            action: "enable_authority",
            from: &[Status::Disabled],
            to: Phase::Active,
            needed: "only a DISABLED one can be enabled",
        };
        self.change_phase(author, id, &step).await
    }

    /// Calls the deletion of the authority `id` off. It is disabled then, whatever it was before.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`, also when its time is over; `AuthorityStatus` unless its deletion is
    /// scheduled.
    pub async fn restore_authority(&self, author: &Author, id: CaId) -> Result<(), Error> {
        let step = Step {
            action: "restore_authority",
            from: &[Status::Deleted],
            to: Phase::Disabled,
            needed: "only one whose deletion is scheduled can be restored",
        };
        self.change_phase(author, id, &step).await
    }

    async fn change_phase(&self, author: &Author, id: CaId, step: &Step) -> Result<(), Error> {
        let mut decisions = Decisions::default();
        loop {
            let found = self.private_authority(author.account, id).await?;
            let now = self.clock.now();
            let status = found.value.status(now);
            if !step.from.contains(&status) {
                return Err(Error::AuthorityStatus { id, status, needed: step.needed });
            }
            let event = author.event(now, step.action, id);
            let changes =
                self.changes(author, event).replace(found.value.in_phase(step.to), found.version);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(());
            }
        }
    }
}
