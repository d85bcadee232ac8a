//! Which rounds of commands are still on their way, where several threads take commands.

use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Between two looks whether somebody still waits.
const LOOK: Duration = Duration::from_millis(100);

/// The rounds of all threads.
#[derive(Default)]
pub(super) struct Rounds {
    known: Mutex<Known>,
    ended: Condvar,
}

#[derive(Default)]
struct Known {
    begun: u64,
    under_way: BTreeSet<u64>,
}

/// A round, until it is dropped. Later ones have greater numbers.
pub(super) struct Round {
    rounds: Arc<Rounds>,
    number: u64,
}

impl Rounds {
    /// Begins a round. Whoever calls it has the queue, so that the commands of an earlier round are
    /// earlier ones.
    pub(super) fn begin(self: &Arc<Self>) -> Round {
        let mut known = self.known();
        known.begun += 1;
        let number = known.begun;
        known.under_way.insert(number);
        Round { rounds: self.clone(), number }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Round {
    /// Waits until every earlier round has ended, for so long and while somebody waits for it; whether
    /// they have. None of them waits for this one.
    pub(super) fn wait_for_earlier(
        &self,
        patience: Duration,
        is_awaited: impl Fn() -> bool,
    ) -> bool {
        let is_early =
            |known: &mut Known| known.under_way.first().is_some_and(|number| *number < self.number);
        let until = Instant::now() + patience;
        let mut known = self.rounds.known();
        while is_early(&mut known) && is_awaited() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.rounds.ended.wait_timeout(known, left.min(LOOK));
            known = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        !is_early(&mut known)
    }
}

impl Drop for Round {
    fn drop(&mut self) {
        self.rounds.known().under_way.remove(&self.number);
        self.rounds.ended.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_round_waits_for_earlier_ones_and_not_for_later_ones() {
        let rounds = Arc::<Rounds>::default();
        let (first, second, _third) = (rounds.begin(), rounds.begin(), rounds.begin());
        let has_ended = Arc::new(AtomicBool::new(false));
        let ending = has_ended.clone();

        assert!(first.wait_for_earlier(LONG, || true));
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            ending.store(true, Ordering::Release);
            drop(first);
        });

        assert!(second.wait_for_earlier(LONG, || true));

        assert!(has_ended.load(Ordering::Acquire));
    }

    #[test]
    fn nobody_waits_for_ever_for_a_round_that_does_not_end() {
        let rounds = Arc::<Rounds>::default();
        let (_stuck, second) = (rounds.begin(), rounds.begin());

        assert!(!second.wait_for_earlier(Duration::from_millis(20), || true));
        assert!(!second.wait_for_earlier(LONG, || false), "when nobody asks any more");
    }
}
