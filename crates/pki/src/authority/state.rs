//! What an authority can do: its state as stored, and the status that readers see.

use std::fmt;

use ledger::Timestamp;

use super::{Authority, Issued};
use crate::revocation::RevocationReason;

/// What an authority can do, as stored. What depends on the clock is computed: see [`Status`].
#[derive(Clone, Debug)]
pub enum State {
    /// It has its certificate.
    Issued {
        /// The certificate.
        issued: Box<Issued>,
        /// What it may do with it.
        phase: Phase,
    },
    /// It was ordered: what it is to be is not known yet, and it has no key.
    Ordered,
    /// It waits for its certificate; its certification request, DER.
    Pending {
        /// The request, made once: every export gives the same bytes.
        request: Vec<u8>,
    },
}

/// What an authority may do with its certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Phase {
    /// Everything, until its certificate expires.
    Active,
    /// Nothing until somebody restores it; from `until` on it does not exist any more.
    DeletionScheduled {
        /// The first moment at which it is gone.
        until: Timestamp,
    },
    /// It revokes and is exported, but issues nothing.
    Disabled,
    /// Nothing, for ever.
    Revoked {
        /// When, a whole second.
        at: Timestamp,
        /// Why.
        reason: RevocationReason,
    },
}

/// The status that a reader sees, computed from the state and the clock.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Status {
    /// In use.
    Active,
    /// To be deleted at a time that is known; it can still be restored.
    Deleted,
    /// Stopped by somebody.
    Disabled,
    /// Past its notAfter.
    Expired,
    /// Without a certificate.
    Pending,
    /// Revoked for ever.
    Revoked,
}

impl fmt::Display for Status {
    /// The API's spelling.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Active => "ACTIVED",
            Self::Deleted => "DELETED",
            Self::Disabled => "DISABLED",
            Self::Expired => "EXPIRED",
            Self::Pending => "PENDING",
            Self::Revoked => "REVOKED",
        })
    }
}

impl State {
    /// The state of an authority that has just got its certificate.
    pub fn active(issued: Issued) -> Self {
        Self::Issued { issued: Box::new(issued), phase: Phase::Active }
    }
}

impl Authority {
    /// The certificate, once there is one.
    pub fn issued(&self) -> Option<&Issued> {
        match &self.state {
            State::Issued { issued, .. } => Some(issued),
            State::Ordered | State::Pending { .. } => None,
        }
    }

    /// What it may do with its certificate, once there is one.
    pub fn phase(&self) -> Option<Phase> {
        match self.state {
            State::Issued { phase, .. } => Some(phase),
            State::Ordered | State::Pending { .. } => None,
        }
    }

    /// The same authority in another phase; one that waits for its certificate has none and stays
    /// as it is.
    #[must_use]
    pub fn in_phase(mut self, next: Phase) -> Self {
        if let State::Issued { phase, .. } = &mut self.state {
            *phase = next;
        }
        self
    }

    /// The status at `now`: an active authority is expired from the second of its notAfter on. One
    /// that was disabled stays so when it expires.
    pub fn status(&self, now: Timestamp) -> Status {
        match &self.state {
            State::Ordered | State::Pending { .. } => Status::Pending,
            State::Issued { issued, phase } => match phase {
                Phase::Active if now >= issued.not_after => Status::Expired,
                Phase::Active => Status::Active,
                Phase::DeletionScheduled { .. } => Status::Deleted,
                Phase::Disabled => Status::Disabled,
                Phase::Revoked { .. } => Status::Revoked,
            },
        }
    }

    /// When it is to be deleted, if that is scheduled.
    pub fn deletion_time(&self) -> Option<Timestamp> {
        match self.phase()? {
            Phase::DeletionScheduled { until } => Some(until),
            Phase::Active | Phase::Disabled | Phase::Revoked { .. } => None,
        }
    }

    /// Whether its time to be restored is over at `now`: then it does not exist for anybody, even
    /// though its key may still wait to be destroyed.
    pub fn is_gone(&self, now: Timestamp) -> bool {
        self.deletion_time().is_some_and(|until| now >= until)
    }
}
