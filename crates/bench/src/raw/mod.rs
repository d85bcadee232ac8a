//! What the machine does without a server: the references.

mod commits;
mod p256;
mod rsa;

pub(crate) use commits::{Commits, Group};
pub(crate) use p256::{p256_keys, p256_signatures, p256_verifications};
pub(crate) use rsa::rsa_2048_keys;

use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::machine;

/// How often all processors together do `work` in a second. Each thread works for `length` and
/// then ends what it has begun, which counts, time and all.
fn rate(length: Duration, work: impl Fn() -> Result<(), Failure> + Sync) -> Result<f64, Failure> {
    thread::scope(|scope| {
        let threads: Vec<_> =
            (0..machine::cores()).map(|_| scope.spawn(|| rate_of_one(length, &work))).collect();
        let mut sum = 0.0;
        for thread in threads {
            sum += thread.join().unwrap_or(Err(Failure::Panicked))?;
        }
        Ok(sum)
    })
}

fn rate_of_one(
    length: Duration,
    mut work: impl FnMut() -> Result<(), Failure>,
) -> Result<f64, Failure> {
    let start = Instant::now();
    let mut done = 0_u32;
    while start.elapsed() < length {
        work()?;
        done += 1;
    }
    Ok(f64::from(done) / start.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOMENT: Duration = Duration::from_millis(30);

    #[test]
    fn the_rate_is_the_sum_over_all_processors() {
        let work = || {
            thread::sleep(Duration::from_millis(10));
            Ok(())
        };

        let rate = rate(MOMENT, work).unwrap();

        // A sleep lasts at least as long as asked for.
        let most = 100.0 * machine::cores() as f64;
        assert!(rate > 0.0 && rate <= most, "{rate} of at most {most}");
    }

    #[test]
    fn a_failure_of_the_work_is_the_answer() {
        let failed = rate(MOMENT, || Err(Failure::Cryptography("a test")));

        assert!(matches!(failed, Err(Failure::Cryptography("a test"))));
    }

    #[test]
    fn every_reference_does_its_work() {
        for reference in [p256_keys, p256_signatures, p256_verifications, rsa_2048_keys] {
            assert!(reference(MOMENT).unwrap() > 0.0);
        }
    }
}
