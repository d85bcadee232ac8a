//! The writer's thread: takes what is waiting, commits it together, answers.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use ledger::{CommitError, Parts, SPANS, StoreError};
use tokio::sync::oneshot::Sender;
use tracing::Span;

use super::alone::settle;
use super::batch::{Batch, Care};
use super::command::Command;
use super::fate::Fate;
use super::pace::{Pace, Stint};
use super::rounds::Round;
use super::seen::Seen;
use crate::connection::BUSY_TIMEOUT;
use crate::sql::{self, Connection};
use crate::tables::readiness;
use crate::{Record, measure};

/// How long a checkpoint waits for those who read: all commits wait with it.
const CHECKPOINT_TIMEOUT: Duration = Duration::from_millis(100);
/// How many commands are written in one transaction at most.
const BATCH: usize = 512;

/// What is done when a commit failed in a way after which nobody knows what the disk holds.
pub(crate) struct Loss(Box<dyn Fn(&sql::Error) + Send>);

impl Loss {
    /// Ends the process: what the disk holds is found out by the next start.
    pub(crate) fn ending_the_process() -> Self {
        Self(Box::new(|_| std::process::abort()))
    }

    /// Does something else, then the writer ends.
    #[cfg(test)]
    pub(crate) fn told_to(tell: impl Fn(&sql::Error) + Send + 'static) -> Self {
        Self(Box::new(tell))
    }
}

/// A change set and where its answer goes.
pub(super) type Waiting = (Box<Parts<Record>>, Sender<Result<(), CommitError>>);

/// Where the proof that commits are possible goes.
pub(super) type Proof = Sender<Result<(), StoreError>>;

/// The commands that wait, for however many threads write.
pub(super) type Queue = Arc<Mutex<Receiver<Command>>>;

/// Makes a connection anew when the last one was lost; `None` where one cannot be lost.
pub(super) type Source = Option<Arc<dyn Fn() -> sql::Result<Connection> + Send + Sync>>;

/// Nobody knows what the disk holds.
pub(super) struct Lost;

/// What the thread does after a round of commands.
#[derive(Clone, Copy, PartialEq)]
enum Next {
    /// What is still waiting, then the end.
    End,
    /// On.
    GoOn,
    /// Nothing any more.
    Stop,
}

/// Whether a transaction has something worth a commit.
pub(super) enum Written {
    Nothing,
    Something,
}

/// Why nothing of a transaction is left.
#[derive(Debug, thiserror::Error)]
pub(super) enum Cause {
    /// The database engine could not go on.
    #[error(transparent)]
    Engine(#[from] sql::Error),
    /// A mistake of ours.
    #[error("the writing of a batch panicked")]
    Panic,
}

/// How a transaction ended that did not become true.
pub(super) enum Undone {
    /// Nothing of it is left, for this reason.
    Failed(Cause),
    /// Nobody knows what is left of it.
    Lost,
}

pub(super) struct WriterThread {
    pub(super) connection: Connection,
    pub(super) source: Source,
    queue: Queue,
    pub(super) seen: Arc<Seen>,
    loss: Loss,
    /// Since when a server cannot be reached.
    pub(super) away_since: Option<Instant>,
}

/// Starts the thread.
pub(super) fn start(
    (connection, source): (Connection, Source),
    queue: Queue,
    seen: Arc<Seen>,
    loss: Loss,
) -> io::Result<JoinHandle<()>> {
    let thread = WriterThread { connection, source, queue, seen, loss, away_since: None };
    thread::Builder::new().name("store-writer".into()).spawn(move || thread.run())
}

impl WriterThread {
    fn run(mut self) {
        let mut next = Next::GoOn;
        let mut pace = if self.source.is_some() { Pace::of_server() } else { Pace::of_file() };
        loop {
            pace.wait(|| self.seen.asked.load(Ordering::Relaxed));
            let (waiting, round) = self.receive(next);
            if waiting.is_empty() {
                break;
            }
            let (stint, commands) = (Stint::begin(), waiting.len());
            let ended = self.round(waiting, round.as_ref());
            pace.ended(&stint, commands);
            match ended {
                Next::GoOn => {}
                Next::End => next = Next::End,
                Next::Stop => return,
            }
        }
        if let Connection::Sqlite(connection) = &self.connection {
            let moved = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            if let Err(error) = moved {
                // Not a loss: the log is read at the next start.
                tracing::warn!(%error, "the log could not be moved into the database");
            }
        }
    }

    /// What is waiting; nothing when it is the end. A thread that is told to end leaves what comes after
    /// to the others, which are told in their turn.
    fn receive(&self, next: Next) -> (Vec<Command>, Option<Round>) {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let first = match next {
            Next::GoOn => queue.recv().ok(),
            // What there is before the end of another thread is left to that one.
            Next::End if self.source.is_some() => None,
            // Whoever asked before the end is served before the end.
            Next::End => queue.try_recv().ok(),
            Next::Stop => None,
        };
        let mut waiting: Vec<Command> = first.into_iter().collect();
        // One word to end is for one thread.
        let ends = self.source.is_some() && matches!(waiting.first(), Some(Command::Close));
        while !ends && !waiting.is_empty() && waiting.len() < BATCH {
            match (queue.try_recv(), self.source.is_some()) {
                (Ok(Command::Close), true) => {
                    waiting.push(Command::Close);
                    break;
                }
                (Ok(command), _) => waiting.push(command),
                (Err(_), _) => break,
            }
        }
        (waiting, self.source.as_ref().map(|_| self.seen.rounds.begin()))
    }

    /// Does what is waiting: all commits in one transaction, then the rest in its order.
    fn round(&mut self, waiting: Vec<Command>, round: Option<&Round>) -> Next {
        let mut next = Next::GoOn;
        let mut commits = Vec::new();
        let mut waits = Vec::new();
        let mut proofs = Vec::new();
        let mut rest = Vec::new();
        for command in waiting {
            match command {
                Command::Commit { changes, answer, queued } => {
                    measure::unqueued();
                    measure::waited(queued.since.elapsed());
                    // Whoever waited has gone away, and was told that nobody knows: nothing has begun.
                    if answer.is_closed() {
                        measure::ended(&Err(CommitError::Unknown));
                        continue;
                    }
                    waits.push(queued.span);
                    commits.push((changes, answer));
                }
                Command::Ready(answer) => proofs.push(answer),
                Command::Close => next = Next::End,
                other => rest.push(other),
            }
        }
        if !(commits.is_empty() && proofs.is_empty()) {
            let span = commit_span(&waits);
            // A span ends when nobody has it any more.
            drop(waits);
            if span.in_scope(|| self.commit(commits, proofs)).is_err() {
                return Next::Stop;
            }
        }
        for command in rest {
            let ended = match command {
                Command::Settle(answer) => {
                    settle(round, answer);
                    Ok(())
                }
                command => self.alone(command),
            };
            if ended.is_err() {
                return Next::Stop;
            }
        }
        next
    }

    /// Commits what is waiting and answers it.
    fn commit(&mut self, commits: Vec<Waiting>, proofs: Vec<Proof>) -> Result<(), Lost> {
        if self.connection.is_shared() {
            self.commit_shared(commits, proofs);
            return Ok(());
        }
        let started = Instant::now();
        let mut fates = Vec::with_capacity(commits.len());
        let mut care = Care::Trust;
        let ended = loop {
            let mut has_stumbled = false;
            fates.clear();
            let ended = self.transaction(|connection| {
                let mut batch = Batch::new(connection, care);
                let mut written = Written::Nothing;
                for (changes, _) in &commits {
                    let applied = batch.apply(changes);
                    if batch.has_stumbled() && !matches!(applied, Err(Fate::Broken(_))) {
                        has_stumbled = true;
                        return Ok(Written::Nothing);
                    }
                    fates.push(match applied {
                        Ok(()) => {
                            written = Written::Something;
                            Ok(())
                        }
                        Err(Fate::Refused(refusal)) => Err(refusal),
                        Err(Fate::Broken(error)) => return Err(error),
                    });
                }
                batch.finish()?;
                if !proofs.is_empty() {
                    readiness::prove(connection)?;
                    written = Written::Something;
                }
                Ok(written)
            });
            if !has_stumbled || ended.is_err() {
                break ended;
            }
            care = Care::Savepoints;
        };
        if !commits.is_empty() {
            measure::transaction(commits.len(), started.elapsed());
        }
        match ended {
            Ok(()) => {
                for ((changes, answer), fate) in commits.into_iter().zip(fates) {
                    if fate.is_ok() {
                        measure::told(&changes.events);
                    }
                    conclude(answer, fate);
                }
                proofs.into_iter().for_each(|answer| tell(answer, Ok(())));
                Ok(())
            }
            Err(Undone::Failed(error)) => {
                tracing::error!(%error, "a transaction was undone");
                let error = Arc::new(error);
                let failed = || StoreError::new(error.clone());
                commits.into_iter().for_each(|(_, answer)| conclude(answer, Err(failed().into())));
                proofs.into_iter().for_each(|answer| tell(answer, Err(failed())));
                Ok(())
            }
            Err(Undone::Lost) => {
                let unknown = || Err(CommitError::Unknown);
                commits.into_iter().for_each(|(_, answer)| conclude(answer, unknown()));
                self.end_if_lost()
            }
        }
    }

    /// A lost connection is made anew; a disk that failed is the end.
    pub(super) fn end_if_lost(&self) -> Result<(), Lost> {
        if self.source.is_some() { Ok(()) } else { Err(Lost) }
    }

    /// Does what is not part of a batch.
    fn alone(&mut self, command: Command) -> Result<(), Lost> {
        match command {
            Command::Alone { work, answer } => return self.write_alone(work, answer),
            Command::Checkpoint(answer) => tell(answer, self.checkpoint()),
            #[cfg(test)]
            Command::Run { work, answer } => {
                let Connection::Sqlite(connection) = &mut self.connection else { panic!("a file") };
                work(connection);
                tell(answer, ());
            }
            // `round` has them already.
            Command::Close | Command::Commit { .. } | Command::Ready(_) | Command::Settle(_) => {}
        }
        Ok(())
    }

    /// Moves the log into the database file and cuts it off, which readers can put off.
    fn checkpoint(&self) -> Result<(), StoreError> {
        let Connection::Sqlite(connection) = &self.connection else {
            // A server does that by itself.
            return Ok(());
        };
        connection.busy_timeout(CHECKPOINT_TIMEOUT).map_err(StoreError::new)?;
        let busy: rusqlite::Result<i64> =
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        connection.busy_timeout(BUSY_TIMEOUT).map_err(StoreError::new)?;
        if busy.map_err(StoreError::new)? == 0 {
            Ok(())
        } else {
            Err(StoreError::new("the log is being read"))
        }
    }

    /// Runs `work` in a transaction, and makes it durable when it wrote something.
    pub(super) fn transaction(
        &mut self,
        work: impl FnOnce(&Connection) -> sql::Result<Written>,
    ) -> Result<(), Undone> {
        self.connect_again()?;
        let ended = self.attempt(work);
        if ended.is_err() {
            self.seen.last_commit.forget();
        }
        ended
    }

    fn attempt(
        &self,
        work: impl FnOnce(&Connection) -> sql::Result<Written>,
    ) -> Result<(), Undone> {
        self.execute(if self.connection.is_shared() { "BEGIN" } else { "BEGIN IMMEDIATE" })
            .map_err(failed)?;
        // What `work` had in hand is gone with it, and the transaction is undone: after a panic
        // the thread is as good as before it.
        match catch_unwind(AssertUnwindSafe(|| work(&self.connection))) {
            Ok(Ok(Written::Nothing)) => self.roll_back(),
            Ok(Ok(Written::Something)) => {
                self.make_durable()?;
                self.seen.committed();
                Ok(())
            }
            Ok(Err(error)) => {
                self.roll_back()?;
                Err(failed(error))
            }
            Err(_panic) => {
                self.roll_back()?;
                Err(Undone::Failed(Cause::Panic))
            }
        }
    }

    /// A full disk refuses the commit before anything of it counts; after every other error the
    /// transaction may or may not be on the disk, and asking again does not tell.
    fn make_durable(&self) -> Result<(), Undone> {
        match self.execute("COMMIT") {
            Ok(()) => Ok(()),
            // A server that answered has undone it; one that did not may have made it true.
            Err(error) if self.connection.is_shared() && !error.is_disconnected() => {
                self.roll_back()?;
                Err(failed(error))
            }
            Err(error) if error.is_full_disk() => {
                self.roll_back()?;
                Err(failed(error))
            }
            Err(error) => Err(self.lost(&error)),
        }
    }

    /// Makes the connection anew where it was lost.
    fn connect_again(&mut self) -> Result<(), Undone> {
        if let (Connection::Postgres(session), Some(source)) = (&self.connection, &self.source)
            && session.is_closed()
        {
            self.connection = source().map_err(failed)?;
        }
        Ok(())
    }

    fn roll_back(&self) -> Result<(), Undone> {
        match &self.connection {
            // Some errors have undone the transaction already.
            Connection::Sqlite(connection) if connection.is_autocommit() => Ok(()),
            Connection::Sqlite(_) => self.execute("ROLLBACK").map_err(|error| self.lost(&error)),
            Connection::Postgres(session) => {
                if let Err(error) = self.execute("ROLLBACK") {
                    // Without its session the server undoes the transaction by itself.
                    tracing::warn!(%error, "a session with the database is given up");
                    session.give_up();
                }
                Ok(())
            }
        }
    }

    fn lost(&self, error: &sql::Error) -> Undone {
        if let Connection::Postgres(session) = &self.connection {
            tracing::warn!(%error, "the connection to the database was lost during a commit");
            session.give_up();
            return Undone::Lost;
        }
        tracing::error!(%error, "the disk failed during a commit; the writer ends");
        (self.loss.0)(error);
        Undone::Lost
    }

    fn execute(&self, sql: &str) -> sql::Result<()> {
        self.connection.prepare_cached(sql)?.execute([]).map(|_| ())
    }
}

impl Drop for WriterThread {
    /// Nothing will be committed any more, also when it is a panic that ends the thread.
    fn drop(&mut self) {
        self.seen.last_commit.forget();
    }
}

fn failed(error: sql::Error) -> Undone {
    Undone::Failed(error.into())
}

/// The span of a transaction: a trace of its own, with links to all that wait for it.
fn commit_span(waits: &[Span]) -> Span {
    if waits.iter().all(Span::is_disabled) {
        return Span::none();
    }
    // Signed, as OpenTelemetry has its numbers; no queue is so long that it is not exact.
    let change_sets = i64::try_from(waits.len()).unwrap_or(i64::MAX);
    let span = tracing::info_span!(target: SPANS, parent: None, "commit", change_sets);
    waits.iter().for_each(|wait| {
        span.follows_from(wait);
    });
    span
}

/// Counts what became of a change set, and answers.
pub(super) fn conclude(answer: Sender<Result<(), CommitError>>, fate: Result<(), CommitError>) {
    measure::ended(&fate);
    tell(answer, fate);
}

/// Answers; whoever asked may have gone away.
pub(super) fn tell<T>(answer: Sender<T>, value: T) {
    drop(answer.send(value));
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;

    #[test]
    fn a_panic_undoes_its_transaction_and_leaves_the_thread_usable() {
        let (_commands, queue) = sync_channel(1);
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let connection = Connection::Sqlite(connection);
        connection.execute_batch("CREATE TABLE a (x BIGINT)").unwrap();
        let loss = Loss::told_to(|_| panic!("nothing is lost"));
        let queue = Arc::new(Mutex::new(queue));
        let mut thread = WriterThread {
            connection,
            source: None,
            queue,
            seen: Arc::default(),
            loss,
            away_since: None,
        };
        let insert = |connection: &Connection| {
            connection.prepare_cached("INSERT INTO a VALUES (1)")?.execute([])
        };

        let ended = thread.transaction(|connection| {
            insert(connection)?;
            panic!("on purpose")
        });

        assert!(matches!(ended, Err(Undone::Failed(Cause::Panic))));
        let again = thread.transaction(|connection| insert(connection).map(|_| Written::Something));
        assert!(again.is_ok());
        let rows: i64 =
            thread.connection.query_row("SELECT count(*) FROM a", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 1);
    }
}
