//! What is not part of a batch: work with a transaction of its own, and the end of what was before.

use std::time::{Duration, Instant};

use ledger::{CommitError, StoreError};
use tokio::sync::oneshot::Sender;

use super::command::{QueueError, Work};
use super::fate::Fate;
use super::rounds::Round;
use super::thread::{Cause, Lost, Undone, WriterThread, Written, tell};
use crate::sql;

/// For how long work is tried again.
const PATIENCE: Duration = Duration::from_secs(12);
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_millis(200);
/// How long it is waited for what was asked for earlier.
const SETTLING: Duration = Duration::from_secs(5);

impl WriterThread {
    /// Does what has a transaction of its own, and answers it.
    pub(super) fn write_alone(
        &mut self,
        mut work: Work,
        answer: Sender<Result<(), CommitError>>,
    ) -> Result<(), Lost> {
        let mut again = Again::from(Instant::now());
        let (fate, ended) = loop {
            let mut fate = Ok(());
            let ended = self.transaction(|connection| match work(connection) {
                Ok(()) => Ok(Written::Something),
                Err(Fate::Refused(refusal)) => {
                    fate = Err(refusal);
                    Ok(Written::Nothing)
                }
                Err(Fate::Broken(error)) => Err(error),
            });
            match ended {
                // Nothing of it is left, and it was not to blame.
                Err(Undone::Failed(Cause::Engine(error)))
                    if self.source.is_some() && again.is_worth_it(&error) =>
                {
                    tracing::debug!(%error, "a transaction is tried again");
                }
                ended => break (fate, ended),
            }
        };
        let (fate, ended) = match ended {
            Ok(()) => (fate, Ok(())),
            Err(Undone::Failed(error)) => {
                tracing::error!(%error, "a transaction was undone");
                (Err(StoreError::new(error).into()), Ok(()))
            }
            Err(Undone::Lost) => (Err(CommitError::Unknown), self.end_if_lost()),
        };
        tell(answer, fate);
        ended
    }
}

/// Whether what has a transaction of its own is worth another attempt.
struct Again {
    until: Instant,
    attempts: u32,
}

impl Again {
    /// For what is begun now.
    fn from(now: Instant) -> Self {
        Self { until: now + PATIENCE, attempts: 0 }
    }

    /// Whether it is after this error; waits a little if it is. A connection that is gone may have been
    /// so before: it is made anew once.
    fn is_worth_it(&mut self, error: &sql::Error) -> bool {
        let is_passing = error.is_passing() || error.is_disconnected() && self.attempts == 0;
        if !is_passing || Instant::now() >= self.until {
            return false;
        }
        std::thread::sleep(LONGEST_PAUSE.min(Duration::from_millis(1 << self.attempts.min(8))));
        self.attempts += 1;
        true
    }
}

/// Answers when every earlier round has ended, or that it does not end. All that is asked for later
/// waits with it.
pub(super) fn settle(round: Option<&Round>, answer: Sender<Result<(), QueueError>>) {
    let is_awaited = || !answer.is_closed();
    let settled = round.is_none_or(|round| round.wait_for_earlier(SETTLING, is_awaited));
    tell(answer, if settled { Ok(()) } else { Err(QueueError::Stuck) });
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use postgres_cluster::{Cluster, TestDatabase};

    use super::*;
    use crate::{Database, Demands, Durability};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_has_a_transaction_of_its_own_is_done_again_after_a_deadlock() {
        let opening = tokio::task::spawn_blocking(|| {
            let server = TestDatabase::new(&Cluster::shared());
            let demands = Demands { durability: Durability::Spared, ..Demands::default() };
            let opened = Database::open_postgres(server.url().parse().unwrap(), demands);
            (opened.unwrap(), server)
        });
        let (database, server) = opening.await.unwrap();
        for (place, state) in ["40P01", "40001", "55P03"].into_iter().enumerate() {
            let attempts = Arc::new(AtomicU32::new(0));
            let counted = Arc::clone(&attempts);

            let done = database.written(move |connection| {
                let sql = format!("INSERT INTO accounts VALUES ('{place}', 1, '{place}', 'x', 1)");
                connection.execute_batch(&sql)?;
                if counted.fetch_add(1, Ordering::SeqCst) < 2 {
                    let sql = format!("DO $$ BEGIN RAISE USING ERRCODE = '{state}'; END $$");
                    connection.execute_batch(&sql)?;
                }
                Ok(counted.load(Ordering::SeqCst))
            });

            assert_eq!(done.await.unwrap(), 3, "{state}: the last time counts");
            assert_eq!(attempts.load(Ordering::SeqCst), 3, "{state}");
        }
        // The server is dropped after the sessions with it.
        tokio::task::spawn_blocking(move || {
            drop(database);
            assert_eq!(server.run("SELECT count(*) FROM accounts").as_deref(), Some("3"));
        })
        .await
        .unwrap();
    }

    #[test]
    fn nothing_is_tried_again_for_ever() {
        let mut again = Again::from(Instant::now());
        assert!(again.is_worth_it(&sql::Error::Closed));
        assert!(!again.is_worth_it(&sql::Error::Closed), "a server that is away is asked twice");

        let now = Instant::now();
        let mut late = Again::from(now.checked_sub(PATIENCE).unwrap());
        assert!(!late.is_worth_it(&sql::Error::Closed));
        assert!(!Again::from(now).is_worth_it(&sql::Error::NoRows), "it would fail again");
    }
}
