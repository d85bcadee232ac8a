//! When requests of an open loop are due: decided before the first one is sent.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Arrivals at one rate.
#[derive(Debug)]
pub(super) struct Schedule {
    start: Instant,
    rate: f64,
    outstanding: u64,
    next: AtomicU64,
    answered: AtomicU64,
}

/// A request of the schedule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    number: u64,
    /// When it is to be sent. How long its answer takes is told from here, whenever it was sent.
    pub(super) due: Instant,
}

impl Schedule {
    /// So many a second from `start` on, at most `outstanding` of them due and not answered.
    pub(super) fn new(start: Instant, rate: f64, outstanding: u64) -> Self {
        let (next, answered) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { start, rate, outstanding, next, answered }
    }

    /// The next one; everyone gets another.
    pub(super) fn take(&self) -> Arrival {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        Arrival { number, due: self.start + Duration::from_secs_f64(number as f64 / self.rate) }
    }

    /// Whether a request must be left out at `now`, because too many before and after it are due and
    /// not answered.
    pub(super) fn is_too_many(&self, now: Instant) -> bool {
        let elapsed = now.saturating_duration_since(self.start);
        #[expect(clippy::cast_possible_truncation, reason = "a load lasts hours, not ages")]
        #[expect(clippy::cast_sign_loss, reason = "neither factor is negative")]
        let due = (elapsed.as_secs_f64() * self.rate) as u64;
        due.saturating_sub(self.answered.load(Ordering::Relaxed)) > self.outstanding
    }

    /// Notes that an arrival was answered or left out.
    pub(super) fn done(&self, arrival: Arrival) {
        debug_assert!(arrival.number < self.next.load(Ordering::Relaxed));
        self.answered.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_are_due_whether_or_not_anybody_takes_them() {
        let start = Instant::now();
        let schedule = Schedule::new(start, 100.0, 5);

        let first = schedule.take();
        let second = schedule.take();

        assert_eq!((first.due - start, second.due - start).0, Duration::ZERO);
        assert_eq!(second.due - start, Duration::from_millis(10));
    }

    #[test]
    fn what_exceeds_the_bound_is_left_out_until_answers_come() {
        let start = Instant::now();
        let schedule = Schedule::new(start, 100.0, 5);
        let arrivals: Vec<_> = (0..10).map(|_| schedule.take()).collect();

        assert!(!schedule.is_too_many(start + Duration::from_millis(55)));
        assert!(schedule.is_too_many(start + Duration::from_millis(75)));
        arrivals.into_iter().take(3).for_each(|arrival| schedule.done(arrival));
        assert!(!schedule.is_too_many(start + Duration::from_millis(75)));
    }
}
