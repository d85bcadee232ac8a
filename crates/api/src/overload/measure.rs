//! What is counted of those who are told to come back.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use metrics::{Gauge, counter, describe_counter, describe_gauge, gauge};
use tokio::time::Instant;

const REFUSED: &str = "cinnabar_refused_total";
/// What waits; with the bound beside it.
pub(super) const WAITING: &str = "cinnabar_queue_waiting";
/// What is being done; with the bound beside it.
pub(super) const RUNNING: &str = "cinnabar_queue_running";
/// How many may wait.
pub(super) const WAITING_BOUND: &str = "cinnabar_queue_waiting_bound";
/// How many may be done at once.
pub(super) const RUNNING_BOUND: &str = "cinnabar_queue_running_bound";

/// Between two lines of the log that tell of refusals: a line for each would cost more than the
/// refusal.
const PAUSE: Duration = Duration::from_secs(10);

/// Why somebody is told to come back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Reason {
    AccountRate,
    AddressRate,
    Bodies,
    CredentialRate,
    PublicRate,
    PublicRequests,
    PublicWait,
    Requests,
    Wait,
}

impl Reason {
    const ALL: [Self; 9] = [
        Self::AccountRate,
        Self::AddressRate,
        Self::Bodies,
        Self::CredentialRate,
        Self::PublicRate,
        Self::PublicRequests,
        Self::PublicWait,
        Self::Requests,
        Self::Wait,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::AccountRate => "account_rate",
            Self::AddressRate => "address_rate",
            Self::Bodies => "bodies",
            Self::CredentialRate => "credential_rate",
            Self::PublicRate => "public_rate",
            Self::PublicRequests => "public_requests",
            Self::PublicWait => "public_wait",
            Self::Requests => "requests",
            Self::Wait => "wait",
        }
    }
}

/// Tells the metrics' recorder what is counted of overload, here and in other crates.
pub(crate) fn describe() {
    describe_counter!(REFUSED, "What was refused at once since too much is under way, by reason.");
    describe_gauge!(WAITING, "What waits for its turn, by queue.");
    describe_gauge!(RUNNING, "What has its turn, by queue.");
    describe_gauge!(WAITING_BOUND, "How many may wait, by queue.");
    describe_gauge!(RUNNING_BOUND, "How many turns there are, by queue.");
    for reason in Reason::ALL {
        counter!(REFUSED, "reason" => reason.word()).absolute(0);
    }
    for reason in
        ["commits", "connections", "exports", "key_generations", "reads", "searches", "sign_ins"]
    {
        counter!(REFUSED, "reason" => reason).absolute(0);
    }
}

/// Somebody was told to come back.
pub(super) fn refused(reason: Reason) {
    counter!(REFUSED, "reason" => reason.word()).increment(1);
    TOLD.refused();
}

/// So many may run and wait in `queue`.
pub(crate) fn bounds(queue: &'static str, running: usize, waiting: usize) {
    let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
    gauge!(RUNNING_BOUND, "queue" => queue).set(number(running));
    gauge!(WAITING_BOUND, "queue" => queue).set(number(waiting));
}

/// As many exports wait as may.
pub(crate) fn exports_full() {
    counter!(REFUSED, "reason" => "exports").increment(1);
}

/// One more in a gauge, until this is dropped.
pub(crate) struct Counted(Gauge);

impl Counted {
    pub(super) fn of(gauge: &Gauge) -> Self {
        gauge.increment(1);
        Self(gauge.clone())
    }

    /// One that waits in `queue`.
    pub(crate) fn waiting(queue: &'static str) -> Self {
        Self::of(&gauge!(WAITING, "queue" => queue))
    }

    /// One that has its turn in `queue`.
    pub(crate) fn running(queue: &'static str) -> Self {
        Self::of(&gauge!(RUNNING, "queue" => queue))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

/// Refusals since the log was told of some.
struct Told(Mutex<(Option<Instant>, u64)>);

static TOLD: Told = Told(Mutex::new((None, 0)));

impl Told {
    fn refused(&self) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (last, refusals) = &mut *told;
        *refusals += 1;
        if last.is_none_or(|last| last.elapsed() >= PAUSE) {
            tracing::warn!(
                refusals = *refusals,
                "more is asked for than can be done: requests are refused"
            );
            (*last, *refusals) = (Some(Instant::now()), 0);
        }
    }
}
