//! A standby of the server that answers lists and exports.
//!
//! It answers when it has everything that was answered to anybody before: the primary is asked how far it
//! has written, and the replica is waited for until it is there. Where that takes too long, or the replica
//! is away, the primary reads.

mod held;
mod position;
mod standing;
mod threads;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::readers::Pool;
use crate::sql::postgres::{Purpose, Session};
use crate::sql::{self, Connection};
use crate::{OpenError, PostgresAddress, measure};
use position::Position;
use standing::{Now, Standing};
use threads::Threads;

pub(crate) use held::Held;

/// How many sessions with a replica there are at most. Who finds all in use asks the primary.
const SESSIONS: usize = 16;
/// How long a replica is waited for that is behind.
const PATIENCE: Duration = Duration::from_millis(100);
/// The longest time between two looks at how far it is.
const LOOKS: Duration = Duration::from_millis(10);
/// How long it may take to tell how far it is. A list may take longer.
const WORD: Duration = Duration::from_secs(5);

/// Why a replica is not used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum Unusable {
    /// It cannot be reached, or does not answer; how.
    #[error("it does not answer: {0}")]
    Away(String),
    /// It has not replayed what was answered already.
    #[error("it is behind")]
    Behind,
    /// The primary has no time to tell how far it is.
    #[error("the primary is busy")]
    Busy,
    /// It has another database.
    #[error("it has another database, and follows another server")]
    Foreign,
    /// It follows nobody any more.
    #[error("it is no standby: it writes itself")]
    Promoted,
    /// The primary does not tell how far it is.
    #[error("the primary does not tell how far it is: {0}")]
    Unknown(String),
}

impl Unusable {
    /// The word in metrics.
    fn word(&self) -> &'static str {
        match self {
            Self::Away(_) => "away",
            Self::Behind => "behind",
            Self::Busy => "busy",
            Self::Foreign => "foreign",
            Self::Promoted => "promoted",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Whether the sessions with it are of no use any more.
    fn ends_sessions(&self) -> bool {
        match self {
            Self::Away(_) | Self::Foreign | Self::Promoted => true,
            Self::Behind | Self::Busy | Self::Unknown(_) => false,
        }
    }
}

/// A standby that answers lists and exports.
pub(crate) struct ReadReplica {
    /// Each of its hosts by itself: the first one that is fit is taken.
    hosts: Vec<PostgresAddress>,
    /// The one that was fit last.
    fit: AtomicUsize,
    primary: Arc<Pool>,
    /// Asks the primary how far it is, beside whatever else is read there.
    positions: Arc<Pool>,
    threads: Threads,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
    standing: Standing,
}

impl ReadReplica {
    /// The replica at `address` of the server that `primary` reads. One that is away is tried again
    /// later. Blocks: not for a thread of a runtime.
    ///
    /// # Errors
    ///
    /// When one of its hosts has another database, or no thread can be made.
    pub(crate) fn open(address: &PostgresAddress, primary: Arc<Pool>) -> Result<Self, OpenError> {
        let hosts = address.each_host();
        let permits = Arc::new(Semaphore::new(SESSIONS));
        let standing = Standing::default();
        let positions = Arc::new(primary.of_positions());
        // One more tries whether it can be used again.
        let threads = Threads::new(SESSIONS + 1).map_err(OpenError::Thread)?;
        let (fit, idle) = (AtomicUsize::new(0), Mutex::default());
        let replica = Self { hosts, fit, primary, positions, threads, idle, permits, standing };
        let position = position::of_primary(&replica.primary.apart()?);
        let found = match position.map_err(|error| Unusable::Unknown(error.to_string())) {
            Ok(position) => replica.look(&position),
            Err(why) => Err(why),
        };
        match found {
            Ok(()) => {
                tracing::info!(replica = %address, "lists and exports are read from the replica")
            }
            Err(Unusable::Foreign) => return Err(OpenError::ForeignReplica(address.to_string())),
            Err(why) => replica.pause(why, Instant::now()),
        }
        Ok(replica)
    }

    /// A session that has everything that was answered until now; `None` where the primary is to read.
    pub(crate) async fn hold(self: &Arc<Self>) -> Option<Held> {
        let why = match self.standing.now(Instant::now()) {
            Now::Use => match Arc::clone(&self.permits).try_acquire_owned() {
                Ok(permit) => match self.session(Some(permit)).await {
                    // What becomes of it is counted when it ends.
                    Ok(held) => return Some(held),
                    Err(Unusable::Busy) => Unusable::Busy.word(),
                    Err(why) => {
                        self.pause(why.clone(), Instant::now());
                        why.word()
                    }
                },
                Err(_) => Unusable::Busy.word(),
            },
            Now::Pause(why) => why.word(),
            Now::Try(why) => {
                // Nobody waits for one that may hang.
                tokio::spawn(Arc::clone(self).try_again());
                why.word()
            }
        };
        measure::read_replica(why);
        None
    }

    /// How many sessions are open: those in use, of which each has a permit, and those kept.
    pub(crate) fn count(&self) -> usize {
        let idle = self.idle().len();
        SESSIONS.saturating_sub(self.permits.available_permits()).saturating_add(idle)
    }

    /// How many sessions are open that ask the primary.
    pub(crate) fn asking(&self) -> usize {
        self.positions.count()
    }

    /// A session that is as far as the primary is now. The permit is kept until that is known, also if
    /// nobody waits for it any more.
    async fn session(
        self: &Arc<Self>,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Result<Held, Unusable> {
        // Who finds as many asking as may finds out that the primary is slow.
        let turn = self.positions.turn().await.map_err(|_| Unusable::Busy)?;
        let replica = Arc::clone(self);
        let reaching = self.threads.run(move || {
            let position = replica.positions.read(position::of_primary).map_err(untold)?;
            drop(turn);
            let session = replica.reach(&position)?;
            Ok(Held::new(session, replica, permit))
        });
        let reaching = reaching.ok_or_else(|| away(sql::Error::Closed))?;
        reaching.await.map_err(|error| Unusable::Away(error.to_string()))?
    }

    async fn try_again(self: Arc<Self>) {
        match self.session(None).await {
            Ok(held) => {
                if self.standing.resume().is_some_and(|why| why != Unusable::Behind) {
                    tracing::info!("lists and exports are read from the replica again");
                }
                // Its session is kept from now on.
                drop(held);
            }
            Err(Unusable::Busy) => self.standing.postpone(Instant::now()),
            Err(why) => {
                if self.standing.pause_again(why.clone(), Instant::now()) {
                    told(&why);
                }
                if why.ends_sessions() {
                    self.idle().clear();
                }
            }
        }
    }

    /// Does without the replica for a while.
    fn pause(&self, why: Unusable, at: Instant) {
        let ends_sessions = why.ends_sessions();
        if self.standing.pause(why.clone(), at) {
            told(&why);
        }
        if ends_sessions {
            self.idle().clear();
        }
    }

    /// A session with a replica that has reached the position. Blocks.
    fn reach(&self, position: &Position) -> Result<Connection, Unusable> {
        let session = match self.take() {
            Some(kept) => kept,
            None => self.connect(position)?,
        };
        let reached = wait_for(&session, position);
        if let Err(Unusable::Behind) = reached {
            self.keep(session);
            return Err(Unusable::Behind);
        }
        reached.map(|()| session)
    }

    /// A session with the first host that is a replica, from the one on that was one last.
    fn connect(&self, position: &Position) -> Result<Connection, Unusable> {
        let fit = self.fit.load(Ordering::Relaxed);
        let hosts = self.hosts.iter().enumerate();
        let mut last = Unusable::Away("it has no host".to_owned());
        for (number, host) in hosts.clone().skip(fit).chain(hosts.take(fit)) {
            match recognized(host, position) {
                Ok(session) => {
                    self.fit.store(number, Ordering::Relaxed);
                    return Ok(session);
                }
                Err(why) => last = why,
            }
        }
        Err(last)
    }

    /// Looks at each host. One that has another database is worse than one that is away.
    fn look(&self, position: &Position) -> Result<(), Unusable> {
        let mut found = Err(Unusable::Away("it has no host".to_owned()));
        for (number, host) in self.hosts.iter().enumerate() {
            match recognized(host, position) {
                Ok(session) if found.is_err() => {
                    self.fit.store(number, Ordering::Relaxed);
                    self.keep(session);
                    found = Ok(());
                }
                Ok(_) => {}
                Err(Unusable::Foreign) => return Err(Unusable::Foreign),
                Err(why) => found = found.or(Err(why)),
            }
        }
        found
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Option<Connection> {
        loop {
            let kept = self.idle().pop()?;
            if !kept.is_closed() {
                return Some(kept);
            }
        }
    }

    /// Keeps a session for the next who needs one, unless its host is of no use any more.
    fn keep(&self, session: Connection) {
        let mut idle = self.idle();
        if idle.len() < SESSIONS && !self.standing.is_paused_for(Unusable::ends_sessions) {
            idle.push(session);
        }
    }
}

/// A session with a host that is a replica of the same database.
fn recognized(host: &PostgresAddress, position: &Position) -> Result<Connection, Unusable> {
    let ask = || {
        let session = Connection::Postgres(Session::connect(host, Purpose::Replica)?);
        let seen = session.hurried(WORD, position::of_replica)?;
        Ok((session, seen))
    };
    let (session, seen) = ask().map_err(away)?;
    position.recognize(&seen).map(|()| session)
}

/// Waits until a replica has reached the position, for so long at most.
fn wait_for(session: &Connection, position: &Position) -> Result<(), Unusable> {
    let begun = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        let seen = session.hurried(WORD, position::of_replica).map_err(away)?;
        let judged = position.judge(&seen);
        if judged == Err(Unusable::Behind) && begun.elapsed() < PATIENCE {
            thread::sleep(pause);
            pause = (pause * 2).min(LOOKS);
            continue;
        }
        measure::waited_for_replica(begun.elapsed());
        return judged;
    }
}

fn away(error: sql::Error) -> Unusable {
    Unusable::Away(error.to_string())
}

/// Why the primary does not tell how far it is.
fn untold(error: sql::Error) -> Unusable {
    let is_slow = error.is_late() || error.is_passing();
    if is_slow { Unusable::Busy } else { Unusable::Unknown(error.to_string()) }
}

/// Tells the log. That a replica is behind for a moment is nothing to tell.
fn told(why: &Unusable) {
    if *why != Unusable::Behind {
        tracing::warn!(reason = %why, "the replica is not used: lists and exports are read from the primary");
    }
}
