//! The one writer: a thread that owns the write connection, and the queue before it.

mod batch;
mod command;
mod fate;
mod thread;
mod write;

pub use command::QueueError;
pub(crate) use thread::Loss;

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use ledger::{CommitError, Parts, StoreError, Timestamp};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::Record;
use command::Command;

/// How many commands may wait.
const QUEUE: usize = 10_000;

/// The queue to the writer's thread.
pub(crate) struct Writer {
    commands: SyncSender<Command>,
    transactions: Arc<AtomicU64>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread that owns `connection`.
    pub(crate) fn start(connection: Connection, loss: Loss) -> io::Result<Self> {
        let (commands, queue) = sync_channel(QUEUE);
        let transactions = Arc::new(AtomicU64::new(0));
        let thread = thread::start(connection, queue, transactions.clone(), loss)?;
        Ok(Self { commands, transactions, thread: Mutex::new(Some(thread)) })
    }

    /// Commits a change set, together with whatever else is waiting.
    pub(crate) async fn commit(&self, changes: Parts<Record>) -> Result<(), CommitError> {
        let (answer, fate) = oneshot::channel();
        self.send(Command::Commit { changes: Box::new(changes), answer })?;
        // The thread ended between taking the command and answering it.
        fate.await.unwrap_or(Err(CommitError::Unknown))
    }

    /// Waits until everything that was asked for before is answered.
    pub(crate) async fn settle(&self) -> Result<(), StoreError> {
        self.ask(Command::Settle).await
    }

    /// Commits a write that changes nothing of meaning.
    pub(crate) async fn ready(&self) -> Result<(), StoreError> {
        self.ask(Command::Ready).await?
    }

    /// Removes at most `limit` tokens that expired before `before`; how many there were.
    pub(crate) async fn sweep_tokens(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<usize, StoreError> {
        self.ask(|answer| Command::SweepTokens { before, limit, answer }).await?
    }

    #[cfg(test)]
    pub(crate) async fn run(&self, work: Box<dyn FnOnce(&mut Connection) + Send>) {
        self.ask(|answer| Command::Run { work, answer }).await.unwrap();
    }

    /// How many transactions were committed.
    pub(crate) fn transactions(&self) -> u64 {
        self.transactions.load(Ordering::Relaxed)
    }

    /// Whether the thread has ended, so that nothing is written any more.
    pub(crate) fn has_ended(&self) -> bool {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Ends the thread after everything that is waiting.
    pub(crate) fn close(&self) {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            // Refused only by a thread that has ended already.
            let _ended = self.commands.send(Command::Close);
            if thread.join().is_err() {
                tracing::error!("the writer's thread panicked");
            }
        }
    }

    async fn ask<T>(
        &self,
        command: impl FnOnce(oneshot::Sender<T>) -> Command,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.send(command(answer))?;
        answered.await.map_err(StoreError::new)
    }

    fn send(&self, command: Command) -> Result<(), StoreError> {
        self.commands.try_send(command).map_err(|error| {
            StoreError::new(match error {
                TrySendError::Full(_) => QueueError::Full,
                TrySendError::Disconnected(_) => QueueError::Closed,
            })
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}
