//! What is read from the database when somebody looks at the metrics.
//!
//! It is read at most once in [`LASTS`], by one read at a time, and nobody waits longer than
//! [`PATIENCE`]: then the database counts as out of reach, and the read goes on alone.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ledger::{Clock, StoreError};
use store::{Database, Watched};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use super::exposition::{down, exposition};

/// How long what was read is shown again.
const LASTS: Duration = Duration::from_secs(15);

/// How long a look waits for it.
const PATIENCE: Duration = Duration::from_secs(2);

/// How many authorities, responders and lists have metrics of their own: those that end first.
const NEAREST: u32 = 100;

/// Where it is read.
#[async_trait]
pub(crate) trait Source: Send + Sync {
    /// Reads it now, with at most `nearest` of each thing.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    async fn watched(&self, nearest: u32) -> Result<Watched, StoreError>;
}

/// A database, and the time by which it is read.
pub(crate) struct Watching {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
}

#[async_trait]
impl Source for Watching {
    async fn watched(&self, nearest: u32) -> Result<Watched, StoreError> {
        self.database.watched(self.clock.now(), nearest).await
    }
}

/// What was read last.
#[derive(Default)]
struct Kept {
    until: Option<Instant>,
    text: String,
    reading: Option<JoinHandle<Result<Watched, StoreError>>>,
}

/// What is read from the database, in Prometheus' text format.
pub(crate) struct Gathered {
    source: Arc<dyn Source>,
    clock: Arc<dyn Clock>,
    kept: Mutex<Kept>,
}

impl Gathered {
    /// From this source, as of the time of this clock.
    pub(crate) fn of(source: Arc<dyn Source>, clock: Arc<dyn Clock>) -> Self {
        Self { source, clock, kept: Mutex::default() }
    }

    /// The metrics, at most some seconds old.
    pub(crate) async fn text(&self) -> String {
        let mut kept = self.kept.lock().await;
        if kept.until.is_some_and(|until| Instant::now() < until) {
            return kept.text.clone();
        }
        let began = Instant::now();
        // It stays where it is meanwhile: who asks may go away, and the read goes on.
        let reading = kept.reading.get_or_insert_with(|| {
            let source = Arc::clone(&self.source);
            tokio::spawn(async move { source.watched(NEAREST).await })
        });
        let read = timeout(PATIENCE, reading).await;
        if read.is_ok() {
            kept.reading = None;
        }
        kept.text = match read {
            Ok(Ok(Ok(watched))) => exposition(&watched, self.clock.now(), began.elapsed()),
            Ok(Ok(Err(error))) => unread(&error),
            Ok(Err(panic)) => unread(&panic),
            Err(_) => {
                tracing::warn!("the database was not read in time for the metrics");
                down()
            }
        };
        kept.until = Some(Instant::now() + LASTS);
        kept.text.clone()
    }
}

/// What is shown of a database that cannot be read.
fn unread(error: &dyn std::error::Error) -> String {
    tracing::warn!(cause = %error, "the database could not be read for the metrics");
    down()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use ledger::system::SystemClock;

    use super::*;

    /// Counts its reads, each of which takes so long and then fails or not.
    struct Counting {
        reads: AtomicUsize,
        takes: Duration,
        fails: bool,
    }

    #[async_trait]
    impl Source for Counting {
        async fn watched(&self, _: u32) -> Result<Watched, StoreError> {
            self.reads.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(self.takes).await;
            if self.fails { Err(StoreError::new("on purpose")) } else { Ok(Watched::default()) }
        }
    }

    fn gathered(takes: Duration, fails: bool) -> (Arc<Counting>, Gathered) {
        let source = Arc::new(Counting { reads: AtomicUsize::new(0), takes, fails });
        (Arc::clone(&source), Gathered::of(source, Arc::new(SystemClock)))
    }

    #[tokio::test(start_paused = true)]
    async fn the_database_is_read_once_in_fifteen_seconds() {
        let (source, gathered) = gathered(Duration::from_millis(5), false);

        for _ in 0..10 {
            assert!(gathered.text().await.contains("cinnabar_database_up 1"));
        }
        assert_eq!(source.reads.load(Ordering::SeqCst), 1);

        tokio::time::advance(LASTS).await;
        gathered.text().await;
        assert_eq!(source.reads.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_database_that_fails_is_down() {
        let (_, gathered) = gathered(Duration::ZERO, true);

        assert!(gathered.text().await.contains("cinnabar_database_up 0"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_database_that_hangs_is_down_soon_and_has_one_read_at_a_time() {
        let (source, gathered) = gathered(Duration::from_secs(50), false);
        let began = Instant::now();

        assert!(gathered.text().await.contains("cinnabar_database_up 0"));

        assert!(began.elapsed() < Duration::from_secs(3));
        tokio::time::advance(LASTS).await;
        assert!(gathered.text().await.contains("cinnabar_database_up 0"));
        assert_eq!(source.reads.load(Ordering::SeqCst), 1);
        tokio::time::advance(Duration::from_secs(40)).await;
        assert!(gathered.text().await.contains("cinnabar_database_up 1"));
    }

    #[tokio::test(start_paused = true)]
    async fn who_goes_away_leaves_the_one_read_to_the_next() {
        let (source, gathered) = gathered(Duration::from_millis(1500), false);

        for _ in 0..2 {
            assert!(timeout(Duration::from_millis(500), gathered.text()).await.is_err());
        }

        assert!(gathered.text().await.contains("cinnabar_database_up 1"));
        assert_eq!(source.reads.load(Ordering::SeqCst), 1);
    }
}
