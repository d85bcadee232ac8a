//! Turns: as many at once as there are, as many waiting as there are places.

use std::sync::Arc;

use metrics::{Gauge, gauge};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::measure::{Counted, RUNNING, RUNNING_BOUND, WAITING, WAITING_BOUND};
use super::settings::Bound;

/// A queue with a bound, and the turns that it leads to.
pub(super) struct Turns {
    bound: Bound,
    turns: Arc<Semaphore>,
    /// Places of those who wait.
    places: Semaphore,
    running: Gauge,
    waiting: Gauge,
}

/// A turn, until this is dropped.
pub(crate) struct Turn {
    _turn: OwnedSemaphorePermit,
    _running: Counted,
}

/// Why there is no turn.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Full {
    /// As many as may wait do.
    NoPlace,
    /// None came within the time.
    NoTurn,
}

impl Turns {
    /// The queue is called `name` in metrics.
    pub(super) fn of(name: &'static str, bound: Bound) -> Self {
        let size = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
        gauge!(RUNNING_BOUND, "queue" => name).set(bound.running);
        gauge!(WAITING_BOUND, "queue" => name).set(bound.waiting);
        Self {
            bound,
            turns: Arc::new(Semaphore::new(size(bound.running).min(Semaphore::MAX_PERMITS))),
            places: Semaphore::new(size(bound.waiting).min(Semaphore::MAX_PERMITS)),
            running: gauge!(RUNNING, "queue" => name),
            waiting: gauge!(WAITING, "queue" => name),
        }
    }

    /// Whether somebody who came now would find neither a turn nor a place.
    pub(super) fn is_full(&self) -> bool {
        self.turns.available_permits() == 0 && self.places.available_permits() == 0
    }

    /// Waits for a turn, in the order of coming, within the bounds.
    pub(super) async fn take(&self) -> Result<Turn, Full> {
        // With somebody waiting there is none: one that comes free is theirs.
        let free = Arc::clone(&self.turns).try_acquire_owned();
        let turn = match free {
            Ok(turn) => turn,
            Err(_) => self.wait().await?,
        };
        Ok(Turn { _turn: turn, _running: Counted::of(&self.running) })
    }

    async fn wait(&self) -> Result<OwnedSemaphorePermit, Full> {
        let _place = self.places.try_acquire().map_err(|_| Full::NoPlace)?;
        let _waiting = Counted::of(&self.waiting);
        let turn = timeout(self.bound.patience, Arc::clone(&self.turns).acquire_owned()).await;
        // The semaphore is never closed.
        turn.map_err(|_| Full::NoTurn)?.map_err(|_| Full::NoTurn)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(1);

    fn turns(running: u32, waiting: u32) -> Arc<Turns> {
        Arc::new(Turns::of("test", Bound { running, waiting, patience: PATIENCE }))
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_when_turns_and_places_are_taken_is_refused_at_once() {
        let turns = turns(1, 1);
        let first = turns.take().await.unwrap();
        let waiting = tokio::spawn({
            let turns = Arc::clone(&turns);
            async move { turns.take().await.map(drop) }
        });
        tokio::task::yield_now().await;
        let begun = Instant::now();

        assert!(turns.is_full());
        assert_eq!(turns.take().await.err(), Some(Full::NoPlace));

        assert_eq!(begun.elapsed(), Duration::ZERO);
        drop(first);
        assert_eq!(waiting.await.unwrap(), Ok(()));
        assert!(!turns.is_full());
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_longer_than_the_patience_is_refused_and_leaves_its_place() {
        let turns = turns(1, 1);
        let _first = turns.take().await.unwrap();
        let begun = Instant::now();

        assert_eq!(turns.take().await.err(), Some(Full::NoTurn));

        assert_eq!(begun.elapsed(), PATIENCE);
        assert!(!turns.is_full());
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_goes_to_who_has_waited_longest() {
        let turns = turns(1, 2);
        let first = turns.take().await.unwrap();
        let order = Arc::new(std::sync::Mutex::new(Vec::new()));
        let mut waiting = Vec::new();
        for number in 0..2 {
            let (turns, order) = (Arc::clone(&turns), Arc::clone(&order));
            waiting.push(tokio::spawn(async move {
                let _turn = turns.take().await.unwrap();
                order.lock().unwrap().push(number);
            }));
            tokio::task::yield_now().await;
        }

        drop(first);
        for one in waiting {
            one.await.unwrap();
        }

        assert_eq!(*order.lock().unwrap(), [0, 1]);
    }

    #[tokio::test]
    async fn no_turns_and_no_places_refuse_everybody() {
        let turns = turns(0, 0);

        assert!(turns.is_full());
        assert!(turns.take().await.is_err());
    }
}
