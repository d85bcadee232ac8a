//! At most two password computations at once, and a bounded number of those who wait.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ledger::Random;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zeroize::Zeroizing;

use super::PasswordCost;
use crate::Error;
use crate::address::Source;
use crate::measure::{self, Counted};

/// How many computations may run at once: each takes a processor and 19 MiB.
const AT_ONCE: usize = 2;
/// How many sign-ins may be at the gate, computing or waiting.
const PLACES: usize = 34;
/// How long to wait for a turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lets sign-ins compute password hashes, two at a time.
pub(crate) struct PasswordGate {
    turns: Arc<Semaphore>,
    places: Arc<Mutex<HashMap<Source, usize>>>,
    #[cfg(test)]
    pub(crate) computed: std::sync::atomic::AtomicUsize,
}

/// A turn at the gate: the right to one computation.
pub(crate) struct Turn<'a> {
    permit: (OwnedSemaphorePermit, Counted),
    held: Held,
    #[cfg_attr(not(test), expect(dead_code, reason = "tests count the computations"))]
    gate: &'a PasswordGate,
}

/// A place at the gate, from which a turn can be waited for.
pub(crate) struct Place<'a> {
    held: Held,
    gate: &'a PasswordGate,
}

/// One more of those who compute or wait.
struct Held {
    source: Source,
    places: Arc<Mutex<HashMap<Source, usize>>>,
}

impl PasswordGate {
    pub(crate) fn new() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            places: Arc::default(),
            #[cfg(test)]
            computed: std::sync::atomic::AtomicUsize::new(0),
        }
    }

    /// A place; `TooBusy` when too many have one. Who is delayed
    /// waits in it.
    pub(crate) fn place(&self, source: Source) -> Result<Place<'_>, Error> {
        measure::sign_in_bounds(AT_ONCE, PLACES - AT_ONCE);
        let held = self.hold(source).ok_or_else(busy)?;
        Ok(Place { held, gate: self })
    }

    /// Waits for a turn; `TooBusy` when too many wait already, or it takes too long.
    pub(crate) async fn enter(&self, source: Source) -> Result<Turn<'_>, Error> {
        self.place(source)?.turn().await
    }

    /// A place, unless none is free or `source` has as many as are free. One source alone gets half
    /// of the places; of several that always want more each ends with as many as stay free, so that
    /// a newcomer finds one.
    fn hold(&self, source: Source) -> Option<Held> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let free = PLACES.saturating_sub(places.values().sum::<usize>());
        if places.get(&source).copied().unwrap_or(0) >= free {
            return None;
        }
        *places.entry(source).or_default() += 1;
        Some(Held { source, places: Arc::clone(&self.places) })
    }
}

/// Too many are at the gate.
fn busy() -> Error {
    measure::sign_ins_full();
    Error::TooBusy
}

impl<'a> Place<'a> {
    /// Waits for a turn; `TooBusy` when it takes too long.
    pub(crate) async fn turn(self) -> Result<Turn<'a>, Error> {
        let Self { held, gate } = self;
        let waiting = Counted::waiting("sign_ins");
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&gate.turns).acquire_owned()).await;
        drop(waiting);
        let permit = turn.map_err(|_| busy())?.map_err(Error::internal)?;
        Ok(Turn { permit: (permit, Counted::running("sign_ins")), held, gate })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = places.get_mut(&self.source) {
            *own -= 1;
            if *own == 0 {
                places.remove(&self.source);
            }
        }
    }
}

/// What a computation has shown of a password.
#[derive(Debug)]
pub(crate) struct Verified {
    /// Whether it is the one.
    pub(crate) is_right: bool,
    /// Its hash at the cost of today, when the one that is kept is cheaper.
    pub(crate) rehashed: Option<String>,
}

impl Turn<'_> {
    /// The hash of a new password.
    pub(crate) async fn hash(
        self,
        (cost, random): (PasswordCost, Arc<dyn Random>),
        password: Zeroizing<String>,
    ) -> Result<String, Error> {
        let (permit, held) = (self.permit, self.held);
        let computation = tokio::task::spawn_blocking(move || {
            let _held = (permit, held);
            cost.hash(&password, &*random)
        });
        computation.await.map_err(Error::internal)?
    }

    /// Whether `password` is that of `hash`; the same work without one. When it is, and a new hash
    /// would cost more, that is made as well.
    pub(crate) async fn verify(
        self,
        (cost, random): (PasswordCost, Arc<dyn Random>),
        password: Zeroizing<String>,
        hash: Option<String>,
    ) -> Result<Verified, Error> {
        #[cfg(test)]
        self.gate.computed.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let (permit, held) = (self.permit, self.held);
        let computation = tokio::task::spawn_blocking(move || {
            // Held to the end of the computation, also when the request is given up before it.
            let _held = (permit, held);
            let is_right = cost.verify(&password, hash.as_deref())?;
            let rehashed = match hash {
                Some(hash) if is_right && cost.is_above(&hash)? => {
                    Some(cost.hash(&password, &*random)?)
                }
                _ => None,
            };
            Ok(Verified { is_right, rehashed })
        });
        computation.await.map_err(Error::internal)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(last: u8) -> Source {
        Source::of(Some([192, 0, 2, last].into()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_third_waits_until_one_of_two_is_done() {
        let gate = PasswordGate::new();
        let first = gate.enter(source(1)).await.unwrap();
        let _second = gate.enter(source(2)).await.unwrap();

        let third = tokio::time::timeout(Duration::from_secs(1), gate.enter(source(3))).await;
        assert!(third.is_err());

        drop(first);
        assert!(gate.enter(source(3)).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_ten_seconds_is_sent_away() {
        let gate = PasswordGate::new();
        let _first = gate.enter(source(1)).await.unwrap();
        let _second = gate.enter(source(2)).await.unwrap();
        let start = tokio::time::Instant::now();

        assert!(matches!(gate.enter(source(3)).await, Err(Error::TooBusy)));
        assert_eq!(start.elapsed().as_secs(), 10);
    }

    /// Takes as many places as the gate gives to one source.
    fn fill(gate: &PasswordGate, source: Source) -> Vec<Held> {
        std::iter::from_fn(|| gate.hold(source)).collect()
    }

    #[test]
    fn one_source_can_take_half_of_the_places() {
        let gate = PasswordGate::new();

        let places = fill(&gate, source(1));

        assert_eq!(places.len(), PLACES / 2);
        drop(places);
        assert!(gate.places.lock().unwrap().is_empty());
    }

    #[test]
    fn ten_sources_that_always_want_more_leave_places_to_a_newcomer() {
        let gate = PasswordGate::new();
        let mut places = std::collections::VecDeque::new();
        for _ in 0..PLACES {
            places.pop_front();
            (1..=10).for_each(|last| places.extend(fill(&gate, source(last))));
        }

        assert!(gate.hold(source(200)).is_some());
        assert!(gate.hold(source(200)).is_some());
    }

    #[test]
    fn the_places_are_bounded_however_many_sources_come() {
        let gate = PasswordGate::new();

        let places: Vec<_> = (0..100).filter_map(|last| gate.hold(source(last))).collect();

        assert_eq!(places.len(), PLACES);
        assert!(gate.hold(source(200)).is_none());
        assert_eq!(gate.places.lock().unwrap().len(), PLACES);
    }
}
