//! Buckets of tokens, one for each account, credential or address.

use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use quick_cache::sync::Cache;
use tokio::time::Instant;

use super::settings::Rate;

/// How many buckets are kept. One that nobody has used for long goes first, and is full when it
/// comes back.
const KEPT: usize = 16_384;

/// One bucket for each `K`.
///
/// A bucket is one number, the time at which it would be full again if nobody took any more: each
/// token moves it by an interval, and there is none left when it is a whole burst ahead (the
/// "generic cell rate algorithm" of ITU-T I.371).
pub(super) struct Buckets<K> {
    /// Nanoseconds in which a token comes.
    interval: u64,
    /// Nanoseconds that a bucket may be ahead for one more token to be in it.
    ahead: u64,
    begun: Instant,
    full_at: Cache<K, Arc<AtomicU64>>,
}

impl<K: Clone + Eq + Hash> Buckets<K> {
    pub(super) fn of(Rate { per_second, burst }: Rate) -> Self {
        let interval = 1_000_000_000 / u64::from(per_second.get());
        Self {
            interval,
            ahead: interval * u64::from(burst.get() - 1),
            begun: Instant::now(),
            full_at: Cache::new(KEPT),
        }
    }

    /// Takes a token out of the bucket of `key`.
    ///
    /// # Errors
    ///
    /// Until when there will be one.
    pub(super) fn take(&self, key: &K) -> Result<(), Duration> {
        let Ok(bucket) = self.full_at.get_or_insert_with(key, || Ok::<_, ()>(Arc::default()))
        else {
            return Ok(());
        };
        // For 584 years.
        let now = u64::try_from(self.begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let taken = bucket.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full_at| {
            let full_at = full_at.max(now);
            (full_at - now <= self.ahead).then(|| full_at.saturating_add(self.interval))
        });
        match taken {
            Ok(_) => Ok(()),
            Err(full_at) => {
                let wait = full_at.saturating_sub(now).saturating_sub(self.ahead);
                Err(Duration::from_nanos(wait))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    fn buckets(per_second: u32, burst: u32) -> Buckets<u32> {
        let number = |number| NonZeroU32::new(number).unwrap();
        Buckets::of(Rate { per_second: number(per_second), burst: number(burst) })
    }

    fn taken(buckets: &Buckets<u32>, key: u32) -> usize {
        std::iter::from_fn(|| buckets.take(&key).ok()).count()
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_may_come_at_once_and_then_the_rate() {
        let buckets = buckets(10, 5);

        assert_eq!(taken(&buckets, 1), 5);
        tokio::time::advance(Duration::from_millis(300)).await;
        assert_eq!(taken(&buckets, 1), 3);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(taken(&buckets, 1), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_refused_is_told_when_the_next_token_comes() {
        let buckets = buckets(4, 1);

        assert_eq!(buckets.take(&1), Ok(()));
        assert_eq!(buckets.take(&1), Err(Duration::from_millis(250)));
        tokio::time::advance(Duration::from_millis(100)).await;
        assert_eq!(buckets.take(&1), Err(Duration::from_millis(150)));
        tokio::time::advance(Duration::from_millis(150)).await;
        assert_eq!(buckets.take(&1), Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn each_has_a_bucket_of_its_own() {
        let buckets = buckets(1, 2);

        assert_eq!((taken(&buckets, 1), taken(&buckets, 2)), (2, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn memory_is_bounded() {
        let buckets = buckets(1, 1);

        assert!((0..100_000).all(|key| buckets.take(&key).is_ok()));

        assert!(buckets.full_at.len() <= KEPT, "{}", buckets.full_at.len());
    }
}
