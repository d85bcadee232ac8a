//! Reads that may pass over all that an account has: at most a few at a time, so that the others find
//! a connection, and few that wait, so that they do not keep what else is asked for from its turn.
//!
//! A part of a name is looked for in all names of an account, which takes seconds where there are
//! millions, while a page of the same list takes less than a millisecond.

use std::sync::Arc;

use ledger::StoreError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::TURN;
use super::file::SCANS;
use crate::measure;

/// How many wait for a turn. Together with the other slow queues they are fewer than whom a server lets
/// in by default (decision 21).
const WAITING: usize = 32;

/// The turns of such reads, and the places of those who wait for one.
#[derive(Clone)]
pub(crate) struct Searches {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Searches {
    /// In a file, which this process searches itself: on half of the processors.
    pub(crate) fn of_file() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self::at_once((processors / 2).min(SCANS - 1))
    }

    /// On a server with which there are so many sessions: a quarter of them.
    pub(crate) fn of_server(sessions: usize) -> Self {
        Self::at_once(sessions / 4)
    }

    fn at_once(turns: usize) -> Self {
        let turns = Arc::new(Semaphore::new(turns.max(1)));
        Self { turns, places: Arc::new(Semaphore::new(WAITING)) }
    }

    /// The right to search, which goes with the read until it has ended.
    ///
    /// # Errors
    ///
    /// That it is busy, when as many wait as may, or others take too long.
    pub(crate) async fn turn(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let turn = match Arc::clone(&self.turns).try_acquire_owned() {
            Ok(turn) => return Ok(turn),
            Err(_) => self.wait().await,
        };
        turn.inspect_err(|_| measure::refused("searches"))
    }

    async fn wait(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let _place = self.places.try_acquire().map_err(StoreError::busy)?;
        let turn = tokio::time::timeout(TURN, Arc::clone(&self.turns).acquire_owned());
        turn.await.map_err(StoreError::busy)?.map_err(StoreError::new)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_waits_too_long_is_told_that_it_is_busy() {
        let searches = Searches::at_once(1);
        let first = searches.turn().await.unwrap();
        let begun = Instant::now();

        assert!(searches.turn().await.unwrap_err().is_busy());
        assert_eq!(begun.elapsed(), TURN);

        drop(first);
        drop(searches.turn().await.unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn who_finds_as_many_waiting_as_may_is_refused_at_once() {
        let searches = Searches::at_once(1);
        let first = searches.turn().await.unwrap();
        let waiting: Vec<_> = (0..WAITING)
            .map(|_| {
                let searches = searches.clone();
                tokio::spawn(async move { searches.turn().await.map(drop) })
            })
            .collect();
        while searches.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let begun = Instant::now();

        assert!(searches.turn().await.unwrap_err().is_busy());
        assert!(begun.elapsed().is_zero());

        drop(first);
        for one in waiting {
            one.await.unwrap().unwrap();
        }
    }
}
