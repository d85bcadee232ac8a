//! Locks after failures: at once for who fails from one place, slower for everybody else and for
//! who fails with many names.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ledger::Timestamp;

use crate::address::Source;

/// How many pairs, subjects and sources, each, are remembered.
const MAX_REMEMBERED: usize = 10_000;
/// From this many failures on, wherever they come from, a subject's attempts are delayed.
const CEILING: u32 = 20;
/// By how much the delay grows with each failure past the ceiling.
const STEP: Duration = Duration::from_millis(100);
/// The longest delay.
const MAX_DELAY: Duration = Duration::from_secs(2);

/// Which failures count, and what they lead to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// As many failures lock a subject for a source.
    failures: u32,
    /// Failures older than this no longer count.
    window: Duration,
    /// How long a lock lasts.
    lock: Duration,
    /// After as many failures from a source, whatever the subjects, all its attempts are delayed.
    of_source: Option<u32>,
}

impl Limits {
    /// Passwords: five within 15 minutes lock for 15 minutes (the login policy's defaults). With
    /// that, only who tries more than ten names comes past the 50 of a source.
    pub(crate) const PASSWORD: Self = Self {
        failures: 5,
        window: Duration::from_secs(15 * 60),
        lock: Duration::from_secs(15 * 60),
        of_source: Some(50),
    };

    /// Access keys: five wrong signatures in a row lock for five minutes (API signing guide).
    pub(crate) const ACCESS_KEY: Self = Self {
        failures: 5,
        window: Duration::from_secs(24 * 60 * 60),
        lock: Duration::from_secs(5 * 60),
        of_source: None,
    };
}

/// Whether a subject may try from a source.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// It may not, for now.
    Locked,
    /// It may.
    Open,
}

/// The SHA-256 of what is attacked: a user or an access key.
pub(crate) type Subject = [u8; 32];

/// Counts failures, in memory only. A lock holds for one subject and one source, so that nobody
/// can lock a user out from elsewhere; failures from many sources, or with many subjects from one,
/// only delay.
pub(crate) struct Throttle {
    limits: Limits,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    pairs: HashMap<(Subject, Source), Count>,
    subjects: HashMap<Subject, Count>,
    sources: HashMap<Source, Count>,
}

#[derive(Clone, Copy, Default)]
struct Count {
    failures: u32,
    since: Timestamp,
    last: Timestamp,
    locked_at: Option<Timestamp>,
}

impl Count {
    /// Whether a lock holds. Measured in both directions, so that a clock that is set back does
    /// not prolong it.
    fn is_locked(&self, lock: Duration, now: Timestamp) -> bool {
        self.locked_at.is_some_and(|at| now.apart(at) < lock)
    }

    /// Whether its failures still count.
    fn is_within(&self, window: Duration, now: Timestamp) -> bool {
        now.apart(self.since) <= window
    }
}

impl Throttle {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, counts: Mutex::default() }
    }

    /// Whether `subject` may try from `source`.
    pub(crate) fn verdict(&self, subject: Subject, source: Source, now: Timestamp) -> Verdict {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        match counts.pairs.get(&(subject, source)) {
            Some(count) if count.is_locked(self.limits.lock, now) => Verdict::Locked,
            _ => Verdict::Open,
        }
    }

    /// How long `subject` has to wait before it may go on from `source`: zero up to the ceilings of
    /// both, at most two seconds.
    pub(crate) fn delay(&self, subject: Subject, source: Source, now: Timestamp) -> Duration {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let past = |count: Option<&Count>, ceiling: u32| match count {
            Some(count) if count.is_within(self.limits.window, now) => {
                (STEP * count.failures.saturating_sub(ceiling)).min(MAX_DELAY)
            }
            _ => Duration::ZERO,
        };
        let of_source = self.limits.of_source.map(|most| past(counts.sources.get(&source), most));
        past(counts.subjects.get(&subject), CEILING - 1).max(of_source.unwrap_or_default())
    }

    /// Counts a failure.
    pub(crate) fn failed(&self, subject: Subject, source: Source, now: Timestamp) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        count(&mut counts.subjects, subject, self.limits, now);
        if self.limits.of_source.is_some() {
            count(&mut counts.sources, source, self.limits, now);
        }
        let pair = count(&mut counts.pairs, (subject, source), self.limits, now);
        if pair.failures >= self.limits.failures {
            *pair = Count { locked_at: Some(now), last: now, ..Count::default() };
        }
    }

    /// Forgets the failures of `subject` from `source`, which has just proved itself.
    pub(crate) fn succeeded(&self, subject: Subject, source: Source) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.pairs.remove(&(subject, source));
    }

    /// Forgets all failures of `subject`, from wherever: what was guessed at is no more.
    pub(crate) fn lift(&self, subject: Subject) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.pairs.retain(|(attacked, _), _| *attacked != subject);
        counts.subjects.remove(&subject);
    }
}

/// Counts one more for `key`; counts anew when its window is over.
fn count<K: Copy + Eq + Hash>(
    counts: &mut HashMap<K, Count>,
    key: K,
    limits: Limits,
    now: Timestamp,
) -> &mut Count {
    if counts.len() >= MAX_REMEMBERED && !counts.contains_key(&key) {
        make_room(counts, limits, now);
    }
    let count = match counts.entry(key) {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) => entry.insert(Count { since: now, ..Count::default() }),
    };
    if !count.is_within(limits.window, now) {
        *count = Count { since: now, locked_at: count.locked_at, ..Count::default() };
    }
    count.failures = count.failures.saturating_add(1);
    count.last = now;
    count
}

/// Forgets what no longer counts; when that is not enough, also the tenth that has failed least
/// recently, locked ones last.
fn make_room<K: Copy + Eq + Hash>(
    counts: &mut HashMap<K, Count>,
    Limits { window, lock, .. }: Limits,
    now: Timestamp,
) {
    let is_locked = |count: &Count| count.is_locked(lock, now);
    counts.retain(|_, count| is_locked(count) || now.apart(count.last) <= window);
    if counts.len() >= MAX_REMEMBERED {
        let mut by_age: Vec<(bool, Timestamp, K)> =
            counts.iter().map(|(key, count)| (is_locked(count), count.last, *key)).collect();
        by_age.sort_unstable_by_key(|(is_locked, last, _)| (*is_locked, *last));
        for (_, _, key) in by_age.iter().take(MAX_REMEMBERED / 10) {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBJECT: Subject = [1; 32];

    fn source(last: u8) -> Source {
        Source::of(Some([192, 0, 2, last].into()))
    }

    fn minutes(minutes: i64) -> Timestamp {
        Timestamp::from_seconds(1_768_465_800 + 60 * minutes)
    }

    fn failed(throttle: &Throttle, times: usize, source: Source, now: Timestamp) {
        (0..times).for_each(|_| throttle.failed(SUBJECT, source, now));
    }

    #[test]
    fn the_fifth_failure_locks_for_a_quarter_of_an_hour() {
        let throttle = Throttle::new(Limits::PASSWORD);

        failed(&throttle, 4, source(1), minutes(0));
        assert_eq!(throttle.verdict(SUBJECT, source(1), minutes(0)), Verdict::Open);

        failed(&throttle, 1, source(1), minutes(14));
        assert_eq!(throttle.verdict(SUBJECT, source(1), minutes(14)), Verdict::Locked);
        assert_eq!(throttle.verdict(SUBJECT, source(1), minutes(28)), Verdict::Locked);
        assert_eq!(throttle.verdict(SUBJECT, source(1), minutes(29)), Verdict::Open);
    }

    #[test]
    fn after_a_lock_counting_starts_anew() {
        let throttle = Throttle::new(Limits::PASSWORD);
        failed(&throttle, 5, source(1), minutes(0));

        failed(&throttle, 4, source(1), minutes(15));
        assert_eq!(throttle.verdict(SUBJECT, source(1), minutes(15)), Verdict::Open);
        failed(&throttle, 1, source(1), minutes(15));
        assert_eq!(throttle.verdict(SUBJECT, source(1), minutes(15)), Verdict::Locked);
    }

    #[test]
    fn failures_of_another_quarter_of_an_hour_do_not_count() {
        let throttle = Throttle::new(Limits::PASSWORD);

        failed(&throttle, 4, source(1), minutes(0));
        failed(&throttle, 4, source(1), minutes(16));

        assert_eq!(throttle.verdict(SUBJECT, source(1), minutes(16)), Verdict::Open);
    }

    #[test]
    fn a_success_forgets_the_failures_before_it() {
        let throttle = Throttle::new(Limits::ACCESS_KEY);

        failed(&throttle, 4, source(1), minutes(0));
        throttle.succeeded(SUBJECT, source(1));
        failed(&throttle, 4, source(1), minutes(0));

        assert_eq!(throttle.verdict(SUBJECT, source(1), minutes(0)), Verdict::Open);
    }

    #[test]
    fn an_access_key_is_locked_for_five_minutes() {
        let throttle = Throttle::new(Limits::ACCESS_KEY);

        failed(&throttle, 5, source(1), minutes(0));

        assert_eq!(throttle.verdict(SUBJECT, source(1), minutes(4)), Verdict::Locked);
        assert_eq!(throttle.verdict(SUBJECT, source(1), minutes(5)), Verdict::Open);
    }

    #[test]
    fn a_lock_holds_for_its_source_and_subject_only() {
        let throttle = Throttle::new(Limits::PASSWORD);

        failed(&throttle, 5, source(1), minutes(0));

        assert_eq!(throttle.verdict(SUBJECT, source(2), minutes(0)), Verdict::Open);
        assert_eq!(throttle.verdict([2; 32], source(1), minutes(0)), Verdict::Open);
    }

    #[test]
    fn failures_from_everywhere_delay_by_two_seconds_at_most() {
        let throttle = Throttle::new(Limits::PASSWORD);

        for last in 1..=19 {
            failed(&throttle, 1, source(last), minutes(0));
        }
        assert_eq!(throttle.delay(SUBJECT, source(99), minutes(0)), Duration::ZERO);

        failed(&throttle, 1, source(20), minutes(0));
        assert_eq!(throttle.delay(SUBJECT, source(99), minutes(0)), Duration::from_millis(100));

        failed(&throttle, 500, source(21), minutes(0));
        assert_eq!(throttle.delay(SUBJECT, source(99), minutes(0)), Duration::from_secs(2));
        assert_eq!(throttle.delay(SUBJECT, source(99), minutes(16)), Duration::ZERO);
        assert_eq!(throttle.delay([2; 32], source(99), minutes(0)), Duration::ZERO);
    }

    #[test]
    fn many_subjects_from_one_source_delay_that_source_by_two_seconds_at_most() {
        let throttle = Throttle::new(Limits::PASSWORD);
        let spray = |subjects: std::ops::Range<u8>| {
            subjects.for_each(|number| throttle.failed([number; 32], source(1), minutes(0)));
        };
        let delay = |last, now| throttle.delay([255; 32], source(last), now);

        spray(0..50);
        assert_eq!(delay(1, minutes(0)), Duration::ZERO);
        spray(50..51);
        assert_eq!(delay(1, minutes(0)), Duration::from_millis(100));
        spray(51..200);
        assert_eq!(delay(1, minutes(15)), Duration::from_secs(2));
        assert_eq!(delay(1, minutes(16)), Duration::ZERO);
        assert_eq!(delay(2, minutes(0)), Duration::ZERO);
        assert_eq!(throttle.verdict([255; 32], source(1), minutes(0)), Verdict::Open);
    }

    #[test]
    fn the_holders_of_many_access_keys_at_one_address_do_not_delay_each_other() {
        let throttle = Throttle::new(Limits::ACCESS_KEY);

        (0..200).for_each(|number| throttle.failed([number; 32], source(1), minutes(0)));

        assert_eq!(throttle.delay([255; 32], source(1), minutes(0)), Duration::ZERO);
    }

    #[test]
    fn who_is_lifted_is_neither_locked_nor_delayed_and_others_stay_so() {
        let throttle = Throttle::new(Limits::PASSWORD);
        let other = [2; 32];
        for last in 1..=10 {
            failed(&throttle, 5, source(last), minutes(0));
        }
        (0..5).for_each(|_| throttle.failed(other, source(20), minutes(0)));

        throttle.lift(SUBJECT);

        assert_eq!(throttle.verdict(SUBJECT, source(1), minutes(0)), Verdict::Open);
        assert_eq!(throttle.delay(SUBJECT, source(1), minutes(0)), Duration::ZERO);
        assert_eq!(throttle.verdict(other, source(20), minutes(0)), Verdict::Locked);
    }

    #[test]
    fn a_clock_that_is_set_back_prolongs_neither_locks_nor_counts_nor_delays() {
        let throttle = Throttle::new(Limits::PASSWORD);
        failed(&throttle, 5, source(1), minutes(0));
        failed(&throttle, 4, source(2), minutes(0));
        failed(&throttle, 90, source(3), minutes(0));
        let yesterday = minutes(-24 * 60);

        assert_eq!(throttle.verdict(SUBJECT, source(1), yesterday), Verdict::Open);
        assert_eq!(throttle.verdict(SUBJECT, source(1), minutes(-1)), Verdict::Locked);
        assert_eq!(throttle.delay(SUBJECT, source(99), yesterday), Duration::ZERO);
        failed(&throttle, 1, source(2), yesterday);
        assert_eq!(throttle.verdict(SUBJECT, source(2), yesterday), Verdict::Open);
    }

    #[test]
    fn memory_is_bounded_and_locks_are_forgotten_last() {
        let throttle = Throttle::new(Limits::PASSWORD);
        failed(&throttle, 5, source(1), minutes(0));

        for number in 0..2 * MAX_REMEMBERED {
            let mut subject = [3; 32];
            subject[..8].copy_from_slice(&number.to_be_bytes());
            throttle.failed(subject, source(2), minutes(1));
            let address = u32::try_from(number).unwrap().to_be_bytes();
            throttle.failed([4; 32], Source::of(Some(address.into())), minutes(1));
        }

        let counts = throttle.counts.lock().unwrap();
        assert!(counts.pairs.len() <= MAX_REMEMBERED);
        assert!(counts.subjects.len() <= MAX_REMEMBERED);
        assert!(counts.sources.len() <= MAX_REMEMBERED);
        assert!(counts.pairs[&(SUBJECT, source(1))].locked_at.is_some());
    }
}
