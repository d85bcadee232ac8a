//! The sessions with a server that read.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ledger::StoreError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::TURN;
use crate::sql::postgres::{Purpose, Session};
use crate::sql::{self, Connection};
use crate::{PostgresAddress, measure};

/// How many sessions ask how far the server is.
const POSITIONS: usize = 2;
/// How long such a question waits for one: without it the server is read itself.
const TURN_OF_POSITION: Duration = Duration::from_secs(1);

/// Sessions, as many at a time as there are permits; those that nobody uses are kept.
pub(crate) struct Pool {
    address: PostgresAddress,
    purpose: Purpose,
    turn: Duration,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
    size: usize,
}

impl Pool {
    /// A pool of at most `size` sessions, none of which is made yet.
    pub(crate) fn new(address: PostgresAddress, size: usize) -> Self {
        Self::with(address, size.max(1), Purpose::Read, TURN)
    }

    /// Another pool with the same server, which asks it how far it is.
    pub(crate) fn of_positions(&self) -> Self {
        Self::with(self.address.clone(), POSITIONS, Purpose::Position, TURN_OF_POSITION)
    }

    fn with(address: PostgresAddress, size: usize, purpose: Purpose, turn: Duration) -> Self {
        let permits = Arc::new(Semaphore::new(size));
        Self { address, purpose, turn, idle: Mutex::default(), permits, size }
    }

    /// How many sessions are open: those in use, of which each has a permit, and those kept.
    pub(crate) fn count(&self) -> usize {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).len();
        self.size.saturating_sub(self.permits.available_permits()).saturating_add(idle)
    }

    /// A new session for a read that takes long. Blocks: not for a thread of a runtime.
    pub(crate) fn apart(&self) -> sql::Result<Connection> {
        self.connect(Purpose::Long)
    }

    fn connect(&self, purpose: Purpose) -> sql::Result<Connection> {
        Session::connect(&self.address, purpose).map(Connection::Postgres)
    }

    /// The right to use a session, as soon as one is free.
    pub(crate) async fn turn(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let permit = tokio::time::timeout(self.turn, self.permits.clone().acquire_owned());
        permit.await.map_err(StoreError::busy)?.map_err(StoreError::new)
    }

    /// Runs a read on the blocking pool. One that finds its session gone runs again on a new one.
    pub(crate) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl Fn(&Connection) -> sql::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = self.turn().await.inspect_err(|_| measure::refused("reads"))?;
        let pool = self.clone();
        let reading = move || {
            let _permit = permit;
            pool.read(&read)
        };
        tokio::task::spawn_blocking(reading)
            .await
            .map_err(StoreError::new)?
            .map_err(StoreError::new)
    }

    /// Runs a read here and now, for who has the right to. Blocks: not for a thread of a runtime.
    pub(crate) fn read<T>(&self, read: impl Fn(&Connection) -> sql::Result<T>) -> sql::Result<T> {
        if let Some(connection) = self.take() {
            match read(&connection) {
                // One that was late once would be late again.
                Err(error) if error.is_late() => return Err(error),
                Err(error) if error.is_disconnected() => {}
                ended => {
                    self.keep(connection);
                    return ended;
                }
            }
        }
        let connection = self.connect(self.purpose)?;
        let ended = read(&connection);
        if !matches!(&ended, Err(error) if error.is_disconnected()) {
            self.keep(connection);
        }
        ended
    }

    fn take(&self) -> Option<Connection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn keep(&self, connection: Connection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}
