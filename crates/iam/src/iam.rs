//! The operations' common ground: ports, settings, commits and refusals.

use std::sync::Arc;

use ledger::{
    Actor, AuditEvent, ChangeId, Changes, Clock, CommitError, Origin, Outcome, Random, Timestamp,
};
use tokio::sync::Semaphore;

use crate::kept::Kept;
use crate::password::PasswordGate;
use crate::policy::DocumentCache;
use crate::refusals::RefusalLog;
use crate::throttle::{Limits, Throttle};
use crate::{Directory, Error, PasswordCost, Record, SecretSeal, Settings, bounds, measure};

/// How often an operation decides anew when what it read has changed meanwhile.
pub(crate) const ATTEMPTS: usize = 5;
/// How many wrong signatures are answered late at the same time.
const DELAYED: usize = 32;
/// How many characters of a claimed name the audit trail keeps.
const MAX_CLAIM: usize = 64;

/// The ports that [`Iam`] works through.
#[derive(Clone)]
pub struct Ports {
    /// What is kept.
    pub directory: Arc<dyn Directory>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// The sealing of access-key secrets.
    pub seal: Arc<dyn SecretSeal>,
}

/// Decides who may do it. One for a server; shared by all requests.
pub struct Iam {
    pub(crate) ports: Ports,
    pub(crate) settings: Settings,
    pub(crate) gate: PasswordGate,
    pub(crate) password_throttle: Throttle,
    pub(crate) access_key_throttle: Throttle,
    /// Places of those whose wrong signature is answered late.
    pub(crate) delayed: Semaphore,
    pub(crate) documents: DocumentCache,
    pub(crate) kept: Kept,
    refusals: RefusalLog,
}

/// How a commit ended, when it did not fail.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Committed {
    /// Nothing was written: read and decide again.
    Conflict,
    /// It is true.
    Done,
}

impl Iam {
    /// Works through `ports` with these `settings`.
    pub fn new(ports: Ports, settings: Settings) -> Self {
        Self {
            ports,
            settings,
            gate: PasswordGate::new(),
            password_throttle: Throttle::new(Limits::PASSWORD),
            access_key_throttle: Throttle::new(Limits::ACCESS_KEY),
            delayed: Semaphore::new(DELAYED),
            documents: DocumentCache::default(),
            kept: Kept::new(),
            refusals: RefusalLog::default(),
        }
    }

    /// What is kept, for reads that need no decision.
    pub fn directory(&self) -> &dyn Directory {
        &*self.ports.directory
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// What password hashes are made with.
    pub(crate) fn hashing(&self) -> (PasswordCost, Arc<dyn Random>) {
        (self.settings.password_cost, Arc::clone(&self.ports.random))
    }

    pub(crate) fn new_change_id(&self) -> ChangeId {
        ChangeId::generate(&*self.ports.clock, &*self.ports.random)
    }

    /// Commits the change set `id`, and finds out its fate when the store does not know it.
    pub(crate) async fn commit(
        &self,
        id: ChangeId,
        changes: Changes<Record>,
    ) -> Result<Committed, Error> {
        match self.directory().commit(changes).await {
            Ok(()) => Ok(Committed::Done),
            Err(CommitError::Conflict) => Ok(Committed::Conflict),
            Err(CommitError::Unknown) if self.directory().committed(id).await? => {
                Ok(Committed::Done)
            }
            Err(CommitError::Unknown) => Ok(Committed::Conflict),
            Err(CommitError::QuotaReached(counter)) => {
                let quota = counter.quota;
                // Nothing is refused under a quota without a bound.
                Err(Error::QuotaReached { quota, most: bounds::most(quota).unwrap_or_default() })
            }
            Err(error @ CommitError::Failed(_)) => Err(error.into()),
        }
    }

    /// Tells the audit trail of a refusal: the first of its kind at once, its repeats within a
    /// minute as one event with their count. Two are of a kind when they differ in nothing but
    /// time and request identifier.
    pub async fn tell_refusal(&self, event: AuditEvent) -> Result<(), Error> {
        match self.refusals.refuse(event, self.now()) {
            Some(event) => self.tell(vec![event]).await,
            None => Ok(()),
        }
    }

    /// Tells the audit trail of the repeats whose minute is over. For a job of the server, some
    /// seconds apart.
    pub async fn tell_folded_refusals(&self) -> Result<(), Error> {
        self.tell(self.refusals.due(self.now())).await
    }

    /// Tells the audit trail of all repeats that are held back. For the end of the server.
    pub async fn tell_all_refusals(&self) -> Result<(), Error> {
        self.tell(self.refusals.all()).await
    }

    /// Tells the audit trail of refusals; those that cannot be told now are held back.
    async fn tell(&self, events: Vec<AuditEvent>) -> Result<(), Error> {
        let mut told = events.clone().into_iter();
        let Some(first) = told.next() else { return Ok(()) };
        let id = self.new_change_id();
        let changes = told.fold(Changes::new(id, first), Changes::tell);
        let failure = match self.commit(id, changes).await {
            Ok(Committed::Done) => return Ok(()),
            // Only when the connection died before anything was written.
            Ok(Committed::Conflict) => CommitError::Conflict.into(),
            Err(error) => error,
        };
        let now = self.now();
        events.into_iter().for_each(|event| self.refusals.hold_back(event, now));
        Err(failure)
    }

    /// The event of a refusal of somebody who claims to be `claim`, which is cut, its control
    /// characters replaced.
    pub(crate) fn refusal(
        &self,
        action: &'static str,
        claim: Option<&str>,
        origin: &Origin,
        error: &Error,
    ) -> AuditEvent {
        let seen = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
        let claim = claim.map(|claim| claim.chars().map(seen).take(MAX_CLAIM).collect());
        let reason = error.reason();
        measure::refused(action, reason);
        AuditEvent {
            at: self.now(),
            account: None,
            origin: Origin { actor: Actor::Anonymous(claim), ..origin.clone() },
            action,
            object: None,
            outcome: Outcome::Refused,
            detail: Some(reason.to_owned()),
            count: 1,
        }
    }
}
