//! Whether a replica is used, and when it is tried again.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Unusable;

/// The first pause after a replica could not be used. One that is behind always gets this one.
const SHORTEST: Duration = Duration::from_secs(1);
/// The longest, of a replica that stays away.
const LONGEST: Duration = Duration::from_secs(30);
/// How long nobody else tries while somebody does. Trying ends before that.
const TRYING: Duration = Duration::from_secs(60);

/// Whether a replica is used.
#[derive(Default)]
pub(super) struct Standing(Mutex<Option<Pause>>);

/// A time in which it is not.
struct Pause {
    why: Unusable,
    length: Duration,
    until: Instant,
}

/// What to do now.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Now {
    /// Use it.
    Use,
    /// Do without it.
    Pause(Unusable),
    /// Do without it, and try it: nobody else does.
    Try(Unusable),
}

impl Standing {
    fn lock(&self) -> MutexGuard<'_, Option<Pause>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What to do at this time.
    pub(super) fn now(&self, at: Instant) -> Now {
        match self.lock().as_mut() {
            None => Now::Use,
            Some(pause) if at < pause.until => Now::Pause(pause.why.clone()),
            Some(pause) => {
                pause.until = at + TRYING;
                Now::Try(pause.why.clone())
            }
        }
    }

    /// It could not be used, and was until now; whether that is news.
    pub(super) fn pause(&self, why: Unusable, at: Instant) -> bool {
        let mut pause = self.lock();
        let is_news = pause.is_none();
        if is_news {
            *pause = Some(Pause { why, length: SHORTEST, until: at + SHORTEST });
        }
        is_news
    }

    /// It was tried, and is still of no use; whether it is for another reason than before.
    pub(super) fn pause_again(&self, why: Unusable, at: Instant) -> bool {
        let mut pause = self.lock();
        let before = pause.take();
        let is_news = before.as_ref().is_none_or(|before| before.why.word() != why.word());
        let length = match before {
            Some(before) if why != Unusable::Behind => (before.length * 2).min(LONGEST),
            _ => SHORTEST,
        };
        *pause = Some(Pause { why, length, until: at + length });
        is_news
    }

    /// It could not be tried: somebody else does soon.
    pub(super) fn postpone(&self, at: Instant) {
        if let Some(pause) = self.lock().as_mut() {
            pause.until = at + SHORTEST;
        }
    }

    /// Whether it is not used, for such a reason.
    pub(super) fn is_paused_for(&self, such: impl Fn(&Unusable) -> bool) -> bool {
        self.lock().as_ref().is_some_and(|pause| such(&pause.why))
    }

    /// It was tried, and can be used; why it was not before.
    pub(super) fn resume(&self) -> Option<Unusable> {
        self.lock().take().map(|pause| pause.why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn away() -> Unusable {
        Unusable::Away("gone".to_owned())
    }

    #[test]
    fn after_a_pause_one_tries_it_and_the_others_do_not_wait() {
        let (standing, begun) = (Standing::default(), Instant::now());
        assert_eq!(standing.now(begun), Now::Use);

        assert!(standing.pause(away(), begun));
        assert!(!standing.pause(away(), begun));

        assert_eq!(standing.now(begun), Now::Pause(away()));
        assert_eq!(standing.now(begun + SHORTEST), Now::Try(away()));
        assert_eq!(standing.now(begun + SHORTEST), Now::Pause(away()));
        assert_eq!(standing.resume(), Some(away()));
        assert_eq!(standing.now(begun + SHORTEST), Now::Use);
    }

    #[test]
    fn who_could_not_try_it_leaves_the_reason_and_lets_another_one_soon() {
        let (standing, begun) = (Standing::default(), Instant::now());
        standing.pause(away(), begun);
        let at = begun + SHORTEST;
        assert_eq!(standing.now(at), Now::Try(away()));

        standing.postpone(at);

        assert!(standing.is_paused_for(|why| *why == away()));
        assert_eq!(standing.now(at), Now::Pause(away()));
        assert_eq!(standing.now(at + SHORTEST), Now::Try(away()));
    }

    #[test]
    fn pauses_grow_to_a_bound_while_it_stays_away() {
        let (standing, mut at) = (Standing::default(), Instant::now());
        standing.pause(away(), at);
        let mut length = SHORTEST;
        for _ in 0..8 {
            at += length;
            assert_eq!(standing.now(at), Now::Try(away()));
            assert!(!standing.pause_again(away(), at));
            length = (length * 2).min(LONGEST);
            assert_eq!(standing.now(at + length - SHORTEST / 2), Now::Pause(away()));
        }
        assert_eq!(length, LONGEST);
    }

    #[test]
    fn one_that_is_only_behind_is_tried_soon() {
        let (standing, at) = (Standing::default(), Instant::now());
        standing.pause(away(), at);
        for _ in 0..4 {
            standing.pause_again(away(), at);
        }

        assert!(standing.pause_again(Unusable::Behind, at));

        assert_eq!(standing.now(at + SHORTEST), Now::Try(Unusable::Behind));
    }
}
