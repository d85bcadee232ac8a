//! Bounds on the making of exported files, which hashes passwords for a long time.

use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use crate::overload::{self, Counted};

/// How many exports may wait beside those that are being made. Each takes up to a tenth of a
/// second of a core: whoever came after this many would wait for seconds.
const WAITING: usize = 64;

/// The one of this process.
static PACKING: LazyLock<Packing> =
    LazyLock::new(|| Packing::wide(available_parallelism().map_or(2, usize::from)));

/// Lets as many exports be made at once as there are cores, away from the threads that serve
/// requests.
struct Packing {
    /// Turns to make one.
    turns: Arc<Semaphore>,
    /// Places in the queue for them, running ones included.
    places: Arc<Semaphore>,
}

/// A place in the queue.
pub(crate) struct Place {
    place: OwnedSemaphorePermit,
    turns: Arc<Semaphore>,
}

impl Packing {
    fn wide(width: usize) -> Self {
        overload::bounds("exports", width, WAITING);
        Self {
            turns: Arc::new(Semaphore::new(width)),
            places: Arc::new(Semaphore::new(width + WAITING)),
        }
    }

    fn place(&self) -> Result<Place, pki::Error> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            overload::exports_full();
            pki::Error::Busy
        })?;
        Ok(Place { place, turns: Arc::clone(&self.turns) })
    }
}

impl Place {
    /// A place in the queue.
    ///
    /// # Errors
    ///
    /// `Busy` when it is full; to be asked for before anything is recorded of the export.
    pub(crate) fn take() -> Result<Self, pki::Error> {
        PACKING.place()
    }

    /// Does the work when its turn comes.
    ///
    /// # Errors
    ///
    /// What the work fails with; `Internal` when it panics.
    pub(crate) async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> Result<T, pki::Error> + Send + 'static,
    ) -> Result<T, pki::Error> {
        let Self { place, turns } = self;
        let waiting = Counted::waiting("exports");
        let turn = turns.acquire_owned().await.map_err(internal)?;
        drop(waiting);
        let running = Counted::running("exports");
        // Both are given back when the work ends, not when a caller that lost patience goes away:
        // the work cannot be stopped, and still has its core.
        spawn_blocking(move || {
            let done = work();
            drop((place, turn, running));
            done
        })
        .await
        .map_err(internal)?
    }
}

fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> pki::Error {
    pki::Error::Internal(cause.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_queue_is_busy_and_one_that_moves_is_not() {
        let packing = Packing::wide(1);
        let mut places: Vec<_> = (0..=WAITING).map(|_| packing.place().unwrap()).collect();

        assert!(matches!(packing.place(), Err(pki::Error::Busy)));
        assert_eq!(places.pop().unwrap().run(|| Ok(7)).await.unwrap(), 7);
        assert!(packing.place().is_ok());
    }

    #[tokio::test]
    async fn work_that_panics_gives_its_turn_back() {
        let packing = Packing::wide(1);

        let failed = packing.place().unwrap().run(|| -> Result<(), _> { panic!("broken") }).await;

        assert!(matches!(failed, Err(pki::Error::Internal(_))));
        assert!(packing.place().unwrap().run(|| Ok(())).await.is_ok());
    }
}
