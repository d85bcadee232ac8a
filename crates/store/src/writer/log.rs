//! The log of a file, moved into the file beside the commits.
//!
//! By itself SQLite moves it inside of the commit that fills it: whoever waits for that commit, or for the
//! next, waits for thousands of pages and two syncs. Here a thread of its own moves most of the pages while
//! commits go on. The writer moves the few that came meanwhile, between two transactions, so that the log
//! can begin anew. Decision 29.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::Connection;

use crate::connection::{self, BUSY_TIMEOUT};
use crate::{OpenError, Synchronous};

/// At how many pages in the log they are moved: 16 MiB.
const PAGES: u32 = 4000;
/// With how many that came meanwhile they are moved beside the commits once more.
const REST: u32 = 1000;
/// How long it is waited for those who read the log: all commits wait with it.
const PATIENCE: Duration = Duration::from_millis(10);

/// Nothing is to be done.
const IDLE: u8 = 0;
/// The thread moves pages.
const MOVING: u8 = 1;
/// It has moved those that were there when it began.
const MOVED: u8 = 2;

/// What the writer and the thread tell each other.
#[derive(Default)]
struct Told {
    /// How many pages the log had after the last commit.
    pages: AtomicU32,
    /// What the thread does.
    state: AtomicU8,
}

/// The log, as its writer has it.
pub(crate) struct Log {
    told: Arc<Told>,
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    /// At how many pages they are moved.
    next_at: u32,
    /// How many the log had when the thread was sent.
    sent_at: u32,
}

impl Log {
    /// Takes the log of a file over from SQLite, for the connection that writes.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened a second time, or the thread not started.
    pub(crate) fn of(
        writer: &mut Connection,
        path: &Path,
        synchronous: Synchronous,
    ) -> Result<Self, OpenError> {
        let told = Arc::<Told>::default();
        let counted = Arc::clone(&told);
        writer.wal_hook(Some(move |_: &mut _, pages| {
            counted.pages.store(u32::try_from(pages).unwrap_or_default(), Ordering::Relaxed);
            Ok(())
        }))?;
        let connection = connection::mover(path, synchronous)?;
        let (wake, woken) = sync_channel(1);
        let heard = Arc::clone(&told);
        let thread = thread::Builder::new().name("store-log".into());
        let thread = thread.spawn(move || run(&connection, &woken, &heard));
        Ok(Self {
            told,
            wake: Some(wake),
            thread: Some(thread.map_err(OpenError::Thread)?),
            next_at: PAGES,
            sent_at: 0,
        })
    }

    /// Does what is to be done between two transactions.
    pub(super) fn look(&mut self, writer: &Connection) {
        let pages = self.told.pages.load(Ordering::Relaxed);
        match self.told.state.load(Ordering::Acquire) {
            IDLE if pages >= self.next_at => self.send(pages),
            MOVED if pages.saturating_sub(self.sent_at) > REST && self.sent_at < 4 * PAGES => {
                self.send(pages);
            }
            MOVED => {
                self.told.state.store(IDLE, Ordering::Release);
                self.next_at = match finish(writer) {
                    Ok(true) => PAGES,
                    // Whoever reads for long has the log grow: not every commit waits for that.
                    Ok(false) => pages.saturating_add(PAGES),
                    Err(error) => {
                        tracing::warn!(%error, "the log could not be moved into the database");
                        pages.saturating_add(PAGES)
                    }
                };
            }
            _ => {}
        }
    }

    fn send(&mut self, pages: u32) {
        self.sent_at = pages;
        self.told.state.store(MOVING, Ordering::Release);
        let sent = self.wake.as_ref().map(|wake| wake.try_send(()));
        if !matches!(sent, Some(Ok(()))) {
            // The thread has ended; the writer moves everything itself.
            self.told.state.store(MOVED, Ordering::Release);
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that moves the log panicked");
        }
    }
}

/// Moves what is there, whenever it is told to.
fn run(connection: &Connection, woken: &Receiver<()>, told: &Told) {
    while woken.recv().is_ok() {
        let moved = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = moved {
            // Nothing is lost by it: the log has everything.
            tracing::warn!(%error, "the log could not be moved into the database");
        }
        told.state.store(MOVED, Ordering::Release);
    }
}

/// Moves the rest, after which the log begins anew; whether it does, which readers can put off.
fn finish(writer: &Connection) -> rusqlite::Result<bool> {
    writer.busy_timeout(PATIENCE)?;
    let busy: rusqlite::Result<i64> =
        writer.query_row("PRAGMA wal_checkpoint(RESTART)", [], |row| row.get(0));
    writer.busy_timeout(BUSY_TIMEOUT)?;
    Ok(busy? == 0)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// A file with its log, and a row that grows it by a hundred pages.
    struct File {
        directory: tempfile::TempDir,
        writer: Connection,
        log: Log,
    }

    impl File {
        fn create() -> Self {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("x.db");
            let mut writer = connection::writer(&path, Synchronous::Off).unwrap();
            writer.execute_batch("CREATE TABLE a (x BLOB)").unwrap();
            let log = Log::of(&mut writer, &path, Synchronous::Off).unwrap();
            Self { directory, writer, log }
        }

        fn reader(&self) -> Connection {
            let reader = connection::scan_reader(&self.directory.path().join("x.db")).unwrap();
            reader.execute_batch("BEGIN; SELECT count(*) FROM a").unwrap();
            reader
        }

        fn commit(&mut self) {
            self.writer.execute("INSERT INTO a VALUES (zeroblob(409600))", []).unwrap();
            self.log.look(&self.writer);
        }

        fn pages(&self) -> u32 {
            self.log.told.pages.load(Ordering::Relaxed)
        }

        /// Commits until it is so.
        fn commit_until(&mut self, is_so: impl Fn(&Self) -> bool) {
            let until = Instant::now() + Duration::from_secs(60);
            while !is_so(self) {
                assert!(Instant::now() < until, "{} pages", self.pages());
                self.commit();
                // The thread needs a turn, too.
                thread::sleep(Duration::from_millis(2));
            }
        }
    }

    #[test]
    fn a_full_log_begins_anew_while_commits_go_on() {
        let mut file = File::create();

        for _ in 0..2 {
            file.commit_until(|file| file.pages() >= PAGES);
            file.commit_until(|file| file.pages() < REST);
        }

        let rows: i64 = file.writer.query_row("SELECT count(*) FROM a", [], |r| r.get(0)).unwrap();
        assert!(rows >= 80, "{rows}");
        let intact: String =
            file.writer.query_row("PRAGMA integrity_check", [], |r| r.get(0)).unwrap();
        assert_eq!(intact, "ok");
    }

    #[test]
    fn a_reader_who_stays_is_waited_for_once_and_the_log_begins_anew_without_it() {
        let mut file = File::create();
        file.commit();
        let reader = file.reader();

        file.commit_until(|file| file.log.next_at > PAGES);

        assert!(file.pages() < file.log.next_at, "no commit waits before that");
        drop(reader);
        file.commit_until(|file| file.log.next_at == PAGES && file.pages() < REST);
    }

    #[test]
    fn without_its_thread_the_writer_moves_the_log() {
        let mut file = File::create();
        file.log.wake = None;

        file.commit_until(|file| file.pages() >= PAGES);

        file.commit_until(|file| file.pages() < REST);
    }
}
