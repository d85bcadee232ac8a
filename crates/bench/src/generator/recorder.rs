//! What one thread of a load has seen.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use super::Operation;
use crate::failure::Failure;
use crate::figure::Errors;

/// The longest time that is told apart, in microseconds.
const LONGEST: u64 = 120_000_000;
/// How many digits of a time are told.
const DIGITS: u8 = 3;
/// The same over a slice: hundreds of them are kept.
const DIGITS_OF_SLICES: u8 = 2;

/// What one thread of a load has seen.
pub(super) struct Recorder {
    from: Instant,
    length: Duration,
    slice: Duration,
    /// What became of each operation, by its place.
    pub(super) tallies: Vec<Tally>,
    /// How long answers took, slice by slice.
    pub(super) slices: Vec<Histogram<u64>>,
    /// Arrivals that were left out because too many were not answered.
    pub(super) dropped: u64,
}

/// What became of an operation.
pub(super) struct Tally {
    /// How long good answers took, in microseconds.
    pub(super) times: Histogram<u64>,
    /// Refusals because the server has enough to do: 429 and 503.
    pub(super) refused: Histogram<u64>,
    /// All other answers.
    pub(super) errors: Errors,
}

/// How an answer was.
#[derive(Debug)]
pub(super) enum Verdict {
    /// As it should be.
    Good,
    /// A polite refusal.
    Refused,
    /// Anything else.
    Wrong(String),
}

impl Recorder {
    /// Records what belongs to the time from `from` on for `length`.
    ///
    /// # Errors
    ///
    /// The histograms cannot be made.
    pub(super) fn new(from: Instant, length: Duration, slice: Duration) -> Result<Self, Failure> {
        let tallies = Operation::ALL.iter().map(|_| Tally::new()).collect::<Result<_, _>>()?;
        let count = slices(length, slice);
        let slices = (0..count).map(|_| histogram(DIGITS_OF_SLICES)).collect::<Result<_, _>>()?;
        Ok(Self { from, length, slice, tallies, slices, dropped: 0 })
    }

    /// Notes an answer that belongs to the moment `at` and took so long. Errors count at any time.
    pub(super) fn note(
        &mut self,
        operation: Operation,
        at: Instant,
        took: Duration,
        verdict: Verdict,
    ) {
        let Some(tally) = self.tallies.get_mut(operation.place()) else { return };
        let place = at.checked_duration_since(self.from).filter(|since| *since < self.length);
        let micros = u64::try_from(took.as_micros()).unwrap_or(LONGEST).max(1);
        match (verdict, place) {
            (Verdict::Wrong(text), _) => tally.errors.add(|| text),
            (_, None) => {}
            (Verdict::Refused, Some(_)) => tally.refused.saturating_record(micros),
            (Verdict::Good, Some(since)) => {
                tally.times.saturating_record(micros);
                let slice = since.as_nanos() / self.slice.as_nanos().max(1);
                let slice = usize::try_from(slice).ok().and_then(|n| self.slices.get_mut(n));
                if let Some(slice) = slice {
                    slice.saturating_record(micros);
                }
            }
        }
    }

    /// Notes an arrival that was left out.
    pub(super) fn drop_one(&mut self, at: Instant) {
        if at.checked_duration_since(self.from).is_some_and(|since| since < self.length) {
            self.dropped += 1;
        }
    }

    /// Adds what another thread has seen.
    ///
    /// # Errors
    ///
    /// Its histograms are of another kind.
    pub(super) fn add(&mut self, other: Self) -> Result<(), Failure> {
        for (own, other) in self.tallies.iter_mut().zip(other.tallies) {
            own.times.add(other.times).map_err(|_| Failure::Histogram)?;
            own.refused.add(other.refused).map_err(|_| Failure::Histogram)?;
            own.errors.merge(other.errors);
        }
        for (own, other) in self.slices.iter_mut().zip(other.slices) {
            own.add(other).map_err(|_| Failure::Histogram)?;
        }
        self.dropped += other.dropped;
        Ok(())
    }
}

impl Tally {
    fn new() -> Result<Self, Failure> {
        let (times, refused) = (histogram(DIGITS)?, histogram(DIGITS)?);
        Ok(Self { times, refused, errors: Errors::default() })
    }
}

/// How many slices there are; the last one may be shorter.
pub(super) fn slices(length: Duration, slice: Duration) -> u128 {
    length.as_nanos().div_ceil(slice.as_nanos().max(1))
}

/// An empty histogram of microseconds.
pub(super) fn histogram(digits: u8) -> Result<Histogram<u64>, Failure> {
    Histogram::new_with_bounds(1, LONGEST, digits).map_err(|_| Failure::Histogram)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn recorder(from: Instant) -> Recorder {
        Recorder::new(from, 2 * SECOND, SECOND).unwrap()
    }

    #[test]
    fn answers_count_in_the_slice_to_which_they_belong_and_not_outside() {
        let from = Instant::now() + SECOND;
        let mut recorder = recorder(from);
        let note = |recorder: &mut Recorder, at| {
            recorder.note(Operation::Show, at, Duration::from_millis(3), Verdict::Good);
        };

        note(&mut recorder, from - SECOND / 2);
        note(&mut recorder, from);
        note(&mut recorder, from + SECOND);
        note(&mut recorder, from + 2 * SECOND);

        let counts: Vec<_> = recorder.slices.iter().map(Histogram::len).collect();
        assert_eq!(counts, [1, 1]);
        assert_eq!(recorder.tallies[Operation::Show.place()].times.len(), 2);
    }

    #[test]
    fn refusals_are_no_answers_and_errors_count_at_any_time() {
        let from = Instant::now() + SECOND;
        let mut recorder = recorder(from);
        recorder.note(Operation::List, from, SECOND, Verdict::Refused);
        recorder.note(Operation::List, from - SECOND, SECOND, Verdict::Wrong("500".to_owned()));
        let mut other = self::recorder(from);
        other.note(Operation::List, from, SECOND, Verdict::Refused);
        other.drop_one(from);

        recorder.add(other).unwrap();

        let tally = &recorder.tallies[Operation::List.place()];
        assert_eq!((tally.times.len(), tally.refused.len(), tally.errors.count), (0, 2, 1));
        assert_eq!(recorder.dropped, 1);
    }
}
