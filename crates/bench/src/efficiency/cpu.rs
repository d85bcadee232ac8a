//! Processor time of one piece of work.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::failure::Failure;

/// How many microseconds of processor time one `work` takes, this process's threads all together:
/// nothing else runs in it meanwhile. `elsewhere` is what other processes have used for it so far.
///
/// # Errors
///
/// That of the work.
pub(super) fn of_one(
    length: Duration,
    elsewhere: impl Fn() -> Duration,
    mut work: impl FnMut() -> Result<u32, Failure>,
) -> Result<f64, Failure> {
    // So that caches are warm, as under load.
    work()?;
    let (own, other) = (own(), elsewhere());
    let began = Instant::now();
    let mut done = 0;
    while began.elapsed() < length {
        done += work()?;
    }
    let spent = self::own().saturating_sub(own) + elsewhere().saturating_sub(other);
    Ok(spent.as_secs_f64() * 1e6 / f64::from(done.max(1)))
}

/// No other process works for it.
pub(super) fn nowhere() -> Duration {
    Duration::ZERO
}

/// The processor time that this process has used.
fn own() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let nanos = u32::try_from(time.tv_nsec).unwrap_or_default();
    Duration::new(u64::try_from(time.tv_sec).unwrap_or_default(), nanos)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn only_work_counts_and_no_waiting() {
        let moment = Duration::from_millis(40);

        let waiting = of_one(moment, nowhere, || {
            thread::sleep(Duration::from_millis(10));
            Ok(1)
        });

        assert!(waiting.unwrap() < 5_000.0);
    }

    #[test]
    fn what_others_do_for_it_counts() {
        let began = Instant::now();

        let spent = of_one(Duration::from_millis(20), || began.elapsed() * 1000, || Ok(1));

        assert!(spent.unwrap() > 0.0);
    }
}
