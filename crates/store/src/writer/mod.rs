//! The one writer: a thread that owns the write connection, and the queue before it.

mod alone;
mod batch;
mod command;
mod fate;
mod last_commit;
mod pace;
mod rounds;
mod seen;
mod shared;
mod thread;
mod write;

pub use command::QueueError;
pub(crate) use fate::Fate;
pub(crate) use shared::{begin_known, has_become_true, write_mark};
pub(crate) use thread::Loss;

use std::io;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::sql::{self, Connection};
use ledger::{ChangeId, CommitError, Parts, SPANS, StoreError};
use tokio::sync::oneshot;
use tracing::Instrument;

use crate::{Record, measure};
use command::{Command, Queued};
use seen::Seen;
use thread::Source;

/// How long a commit is waited for. What becomes of it then is not known: the database, or the disk,
/// does not answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long the proof that commits are possible is waited for: whoever asks has little patience.
const PROOF: Duration = Duration::from_secs(3);
/// How many commands may wait.
const QUEUE: usize = 10_000;

/// The queue to the writer's thread.
pub(crate) struct Writer {
    commands: SyncSender<Command>,
    seen: Arc<Seen>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread that owns `connection`.
    pub(crate) fn start(connection: Connection, loss: Loss) -> io::Result<Self> {
        Self::start_all(vec![(connection, loss)], None)
    }

    /// Starts a thread for each connection to a server; those that are lost are made anew.
    pub(crate) fn start_shared(
        connections: Vec<Connection>,
        source: impl Fn() -> sql::Result<Connection> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let lines = connections.into_iter().map(|line| (line, Loss::ending_the_process()));
        Self::start_all(lines.collect(), Some(Arc::new(source)))
    }

    fn start_all(lines: Vec<(Connection, Loss)>, source: Source) -> io::Result<Self> {
        let (commands, queue) = sync_channel(QUEUE);
        let queue = Arc::new(Mutex::new(queue));
        let seen = Arc::<Seen>::default();
        let start = |(connection, loss)| {
            let line = (connection, source.clone());
            thread::start(line, queue.clone(), seen.clone(), loss)
        };
        let threads = lines.into_iter().map(start).collect::<io::Result<_>>()?;
        Ok(Self { commands, seen, threads: Mutex::new(threads) })
    }

    /// Commits a change set, together with whatever else is waiting.
    pub(crate) async fn commit(&self, changes: Parts<Record>) -> Result<(), CommitError> {
        let (answer, fate) = oneshot::channel();
        let span = tracing::info_span!(target: SPANS, "commit-wait");
        let queued = Queued { since: Instant::now(), span: span.clone() };
        let command = Command::Commit { changes: Box::new(changes), answer, queued };
        measure::queued();
        self.seen.asked.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = self.send(command) {
            measure::unqueued();
            let refused = Err(StoreError::from(error).into());
            measure::ended(&refused);
            return refused;
        }
        match tokio::time::timeout(PATIENCE, fate.instrument(span)).await {
            Ok(Ok(fate)) => fate,
            // It comes later than anybody waits, or the thread ended between taking the command and
            // answering it.
            Err(_) | Ok(Err(_)) => Err(CommitError::Unknown),
        }
    }

    /// Waits until nothing that was asked for before can become true any more: it is answered, or
    /// the thread has ended. What does not end in time is an error.
    pub(crate) async fn settle(&self) -> Result<(), QueueError> {
        match self.ask(Command::Settle).await.and_then(|settled| settled) {
            // No thread, no later commit.
            Err(QueueError::Closed) => Ok(()),
            settled => settled,
        }
    }

    /// By what the transaction of a change set is known if nobody knows what became of it.
    pub(crate) fn unsettled(&self, change: ChangeId) -> Option<ChangeId> {
        self.seen.unsettled.transaction_of(change)
    }

    /// Remembers that nobody knows what became of a change set that had a transaction of its own, which
    /// took the lock of its identifier.
    pub(crate) fn leave_unsettled(&self, change: ChangeId) {
        self.seen.unsettled.add(change, change);
    }

    /// Commits a write that changes nothing of meaning, unless a commit succeeded within the last
    /// second: whoever asks all the time costs one commit a second.
    pub(crate) async fn ready(&self) -> Result<(), StoreError> {
        if self.seen.last_commit.is_fresh(Instant::now()) {
            return Ok(());
        }
        let proof = tokio::time::timeout(PROOF, self.ask(Command::Ready)).await;
        proof.map_err(StoreError::new)?.map_err(StoreError::from)?
    }

    /// Does `work` in a transaction of its own. On a server it is done again when it had to give way to
    /// another one; the last time counts.
    pub(crate) async fn alone(
        &self,
        work: impl FnMut(&Connection) -> Result<(), Fate> + Send + 'static,
    ) -> Result<(), CommitError> {
        let (answer, fate) = oneshot::channel();
        let work = Box::new(work);
        self.send(Command::Alone { work, answer }).map_err(StoreError::from)?;
        fate.await.unwrap_or(Err(CommitError::Unknown))
    }

    /// Moves everything into the database file, and cuts the log off.
    pub(crate) async fn checkpoint(&self) -> Result<(), StoreError> {
        self.ask(Command::Checkpoint).await.map_err(StoreError::from)?
    }

    #[cfg(test)]
    pub(crate) async fn run(&self, work: Box<dyn FnOnce(&mut rusqlite::Connection) + Send>) {
        self.ask(|answer| Command::Run { work, answer }).await.unwrap();
    }

    /// How many connections it has.
    pub(crate) fn connections(&self) -> u32 {
        let threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        u32::try_from(threads.len()).unwrap_or(u32::MAX)
    }

    /// How many transactions were committed.
    pub(crate) fn transactions(&self) -> u64 {
        self.seen.transactions.load(Ordering::Relaxed)
    }

    /// Ends the thread after everything that is waiting.
    pub(crate) fn close(&self) {
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for _ in &threads {
            // Refused only by threads that have ended already.
            let _ended = self.commands.send(Command::Close);
        }
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("the writer's thread panicked");
            }
        }
    }

    async fn ask<T>(
        &self,
        command: impl FnOnce(oneshot::Sender<T>) -> Command,
    ) -> Result<T, QueueError> {
        let (answer, answered) = oneshot::channel();
        self.send(command(answer))?;
        // Only a thread that ends lets a question fall.
        answered.await.map_err(|_| QueueError::Closed)
    }

    fn send(&self, command: Command) -> Result<(), QueueError> {
        self.commands.try_send(command).map_err(|error| match error {
            TrySendError::Full(_) => {
                measure::refused("commits");
                QueueError::Full
            }
            TrySendError::Disconnected(_) => QueueError::Closed,
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}
