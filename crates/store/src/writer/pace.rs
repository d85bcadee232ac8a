//! How soon one transaction follows another.
//!
//! A transaction costs the same for one change set as for many: the pages that all of them touch, the log,
//! the sync. Where many wait at once it is worth a moment to let more of them share it; where one waits it
//! is not. Decision 29.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// Of how much time a writer computes once, while change sets share transactions.
const SHARE: u32 = 4;
/// The same on a server, whose processes compute more than the writer does for each transaction.
const SHARE_OF_SERVER: u32 = 16;
/// The longest pause.
const LONGEST: Duration = Duration::from_millis(5);
/// How long nobody has to ask for it to end earlier.
const MOMENT: Duration = Duration::from_millis(1);

/// When the next transaction may begin.
pub(super) struct Pace {
    share: u32,
    next: Option<Instant>,
}

/// A round of commands under way.
pub(super) struct Stint {
    begun: Instant,
    /// What the thread had computed before.
    computed: Duration,
}

impl Pace {
    /// Of a writer of a file.
    pub(super) const fn of_file() -> Self {
        Self { share: SHARE, next: None }
    }

    /// Of a writer of several.
    pub(super) const fn of_server() -> Self {
        Self { share: SHARE_OF_SERVER, next: None }
    }

    /// Waits until it is worth beginning: until then, or until nobody has asked for anything more for a
    /// moment. `asked` is how many change sets have ever been asked for.
    pub(super) fn wait(&mut self, asked: impl Fn() -> u64) {
        let Some(next) = self.next.take() else { return };
        let mut before = asked();
        loop {
            let pause = next.saturating_duration_since(Instant::now());
            if pause.is_zero() {
                return;
            }
            std::thread::sleep(pause.min(MOMENT));
            let now = asked();
            if now == before {
                return;
            }
            before = now;
        }
    }

    /// A round of so many commands has ended.
    pub(super) fn ended(&mut self, stint: &Stint, commands: usize) {
        // Whoever commits alone finds the writer ready.
        self.next = (commands > 1).then(|| {
            let spent = computed().saturating_sub(stint.computed);
            (stint.begun + spent * self.share).min(Instant::now() + LONGEST)
        });
    }
}

impl Stint {
    /// Begins now.
    pub(super) fn begin() -> Self {
        Self { begun: Instant::now(), computed: computed() }
    }
}

/// What this thread has computed since it began.
fn computed() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    // Neither is ever negative, nor as much as a second of nanoseconds.
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// After a round that was as long as one can be.
    fn paced(commands: usize) -> Pace {
        let mut pace = Pace::of_file();
        let begun = Instant::now() + LONGEST * 2;
        pace.ended(&Stint { begun, computed: computed() }, commands);
        pace
    }

    fn waited(pace: &mut Pace, asked: impl Fn() -> u64) -> Duration {
        let begun = Instant::now();
        pace.wait(asked);
        begun.elapsed()
    }

    #[test]
    fn whoever_commits_alone_finds_the_writer_ready() {
        let mut pace = paced(1);

        assert!(pace.next.is_none());
        pace.wait(|| unreachable!("nothing is waited for"));
    }

    #[test]
    fn many_are_waited_for_while_they_come_and_for_so_long() {
        let asked = Cell::new(0);
        let more = || {
            asked.set(asked.get() + 1);
            asked.get()
        };

        let time = waited(&mut paced(2), more);

        assert!(time >= LONGEST - MOMENT, "{time:?}");
        assert!(asked.get() <= 7, "{asked:?}");
    }

    #[test]
    fn nobody_is_waited_for_when_none_comes() {
        let mut pace = paced(2);
        let asked = Cell::new(0);

        pace.wait(|| {
            asked.set(asked.get() + 1);
            0
        });

        assert_eq!(asked.get(), 2, "before and after a moment");
    }
}
