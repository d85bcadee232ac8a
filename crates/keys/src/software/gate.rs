//! Bounds on the work that RSA keys make.

use std::sync::Arc;
use std::thread::available_parallelism;

use pki::KeyError;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::unusable;
use crate::measure::{self, Counted};

/// How many key generations may wait beside those that run. RSA-4096 takes half a second to a
/// second of a core: whoever came after this many would wait for most of a minute. Each also has one
/// of the server's turns meanwhile, of which others need most.
const WAITING: usize = 64;
/// What the making of keys is called in metrics.
const GENERATIONS: &str = "key_generations";
/// What their use is called there.
const USES: &str = "key_uses";

/// Lets as much RSA work run at once as there are cores, away from the threads that serve requests.
pub(super) struct Gate {
    /// Turns to make a key.
    generating: Arc<Semaphore>,
    /// Places in the queue for them, running ones included.
    places: Arc<Semaphore>,
    /// Turns to use a key: apart, so that signing does not wait for generations.
    using: Arc<Semaphore>,
    /// How many turns there are.
    width: usize,
}

impl Gate {
    /// A gate as wide as this machine.
    pub(super) fn new() -> Self {
        Self::wide(available_parallelism().map_or(2, usize::from))
    }

    fn wide(width: usize) -> Self {
        Self {
            generating: Arc::new(Semaphore::new(width)),
            places: Arc::new(Semaphore::new(width + WAITING)),
            using: Arc::new(Semaphore::new(width)),
            width,
        }
    }

    /// Whether somebody waits for a key.
    pub(super) fn is_generating(&self) -> bool {
        self.generating.available_permits() < self.width
    }

    /// Runs the making of a key. [`KeyError::Busy`] when the queue is full.
    pub(super) async fn generation<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, KeyError> {
        measure::bounds(GENERATIONS, self.width, WAITING);
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            measure::full(GENERATIONS);
            KeyError::Busy
        })?;
        let waiting = Counted::waiting(GENERATIONS);
        let turn = Arc::clone(&self.generating).acquire_owned().await.map_err(unusable)?;
        drop(waiting);
        // Both are given back when the work ends, not when a caller that lost patience goes away:
        // the work cannot be stopped, and still has its core.
        let held = (place, turn, Counted::running(GENERATIONS));
        spawn_blocking(move || {
            let done = work();
            drop(held);
            done
        })
        .await
        .map_err(unusable)
    }

    /// Runs a use of a key: milliseconds. Who waits is bounded by who may ask: the server has so many
    /// turns for requests.
    pub(super) async fn usage<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, KeyError> {
        let waiting = Counted::waiting(USES);
        let turn = Arc::clone(&self.using).acquire_owned().await.map_err(unusable)?;
        drop(waiting);
        let held = (turn, Counted::running(USES));
        spawn_blocking(move || {
            let done = work();
            drop(held);
            done
        })
        .await
        .map_err(unusable)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    /// Long enough for any machine, short enough to end a test that hangs.
    const PATIENCE: Duration = Duration::from_secs(30);

    #[tokio::test]
    async fn a_full_queue_is_busy_and_frees_itself() {
        let gate = Arc::new(Gate::wide(1));
        let (open, opened) = mpsc::channel::<()>();
        let first = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move { gate.generation(move || opened.recv_timeout(PATIENCE).is_ok()).await }
        });
        let mut waiting = Vec::new();
        for _ in 0..WAITING {
            let gate = Arc::clone(&gate);
            waiting.push(tokio::spawn(async move { gate.generation(|| ()).await }));
        }
        while gate.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }

        let refused = gate.generation(|| ()).await;
        open.send(()).unwrap();

        assert!(matches!(refused, Err(KeyError::Busy)));
        assert!(first.await.unwrap().unwrap());
        for one in waiting {
            one.await.unwrap().unwrap();
        }
        assert!(gate.generation(|| ()).await.is_ok());
    }

    #[tokio::test]
    async fn uses_do_not_wait_for_generations() {
        let gate = Arc::new(Gate::wide(1));
        let (open, opened) = mpsc::channel::<()>();
        let generation = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move { gate.generation(move || opened.recv_timeout(PATIENCE).is_ok()).await }
        });
        while gate.generating.available_permits() > 0 {
            tokio::task::yield_now().await;
        }

        let used = tokio::time::timeout(PATIENCE, gate.usage(|| 7)).await;
        open.send(()).unwrap();

        assert_eq!(used.unwrap().unwrap(), 7);
        assert!(generation.await.unwrap().unwrap());
    }

    #[tokio::test]
    async fn work_that_panics_is_an_error_and_gives_its_place_back() {
        let gate = Gate::wide(1);

        let failed = gate.generation(|| assert_eq!(1, 2, "on purpose")).await;

        assert!(matches!(failed, Err(KeyError::Unusable(_))));
        assert_eq!(gate.places.available_permits(), 1 + WAITING);
        assert!(gate.generation(|| ()).await.is_ok());
    }
}
