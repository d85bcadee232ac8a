//! Deletes an authority: at once, or after a time in which it can be restored.

use std::time::Duration;

use ledger::{Author, CaId};

use super::{Home, Phase, Status};
use crate::commit::{Decisions, Settled};
use crate::{Error, Field, Pki};

/// A day of a deletion's delay.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long an authority can be restored after it was deleted: 7 to 30 days.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PendingDays(u8);

impl PendingDays {
    /// So many days.
    ///
    /// # Errors
    ///
    /// `Invalid` unless it is 7 to 30.
    pub fn new(days: u64) -> Result<Self, Error> {
        match u8::try_from(days) {
            Ok(days @ 7..=30) => Ok(Self(days)),
            Ok(_) | Err(_) => {
                Err(Error::invalid(Field::PendingDays, "it must be a whole number from 7 to 30"))
            }
        }
    }

    fn duration(self) -> Duration {
        DAY * u32::from(self.0)
    }
}

impl Default for PendingDays {
    /// 30 days.
    fn default() -> Self {
        Self(30)
    }
}

/// What a deletion has done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Deletion {
    /// It is gone, its key is destroyed.
    Done,
    /// It can be restored until then.
    Scheduled(ledger::Timestamp),
}

impl Pki {
    /// Deletes the authority `id`: a pending or revoked one at once, a disabled or expired one
    /// after `pending_days`, counted from now in whole days of 24 hours; one whose key is elsewhere
    /// at once, whatever its status: it is a certificate alone.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`; `AuthorityStatus` for an active one and for one that is deleted
    /// already.
    pub async fn delete_authority(
        &self,
        author: &Author,
        id: CaId,
        pending_days: PendingDays,
    ) -> Result<Deletion, Error> {
        let mut decisions = Decisions::default();
        loop {
            let found = self.shown_authority(author.account, id).await?;
            let now = self.clock.now();
            let mut event = author.event(now, "delete_authority", id);
            let (deletion, changes) = match found.value.status(now) {
                // Without its key there is nothing to stop it from here, and nothing to restore.
                status if found.value.home == Home::Outside => {
                    event.detail = Some(format!("it was {status}; its key is elsewhere"));
                    let changes = self.changes(author, event);
                    let Some(changes) = self.destroying(changes, &found).await? else {
                        return Err(Error::AuthorityNotFound(id));
                    };
                    (Deletion::Done, changes)
                }
                Status::Pending | Status::Revoked => {
                    event.detail = Some("its key is destroyed".to_owned());
                    let changes = self.changes(author, event);
                    let Some(changes) = self.destroying(changes, &found).await? else {
                        return Err(Error::AuthorityNotFound(id));
                    };
                    (Deletion::Done, changes)
                }
                Status::Disabled | Status::Expired => {
                    let until = now + pending_days.duration();
                    let days = pending_days.0;
                    event.detail = Some(format!("it can be restored for {days} days"));
                    let phase = Phase::DeletionScheduled { until };
                    let changes = self.changes(author, event);
                    let changes = changes.replace(found.value.in_phase(phase), found.version);
                    (Deletion::Scheduled(until), changes)
                }
                status @ Status::Active => {
                    let needed = "disable it first; only a PENDING, DISABLED, EXPIRED or REVOKED \
                                  one can be deleted";
                    return Err(Error::AuthorityStatus { id, status, needed });
                }
                status @ Status::Deleted => {
                    let needed = "its deletion is scheduled already";
                    return Err(Error::AuthorityStatus { id, status, needed });
                }
            };
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(deletion);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deletion_waits_for_a_week_to_thirty_days() {
        for (days, allowed) in [(0, false), (6, false), (7, true), (30, true), (31, false)] {
            assert_eq!(PendingDays::new(days).is_ok(), allowed, "{days}");
        }
        assert!(PendingDays::new(u64::MAX).is_err());
        assert!(PendingDays::new(256 + 7).is_err());
    }
}
