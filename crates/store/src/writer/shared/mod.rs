//! Commits on a server that several writers share, in this process and in others.
//!
//! Nothing here rests on being the only one: rows are locked by the server, counters written under their
//! conditions. Who is in the way of another is tried again, for a bounded time.

mod attempt;
mod gates;
mod rows;
mod settling;
mod sums;
mod writing;

pub(super) use settling::Unsettled;
pub(crate) use settling::{begin_known, has_become_true, write_mark};

use std::sync::Arc;
use std::time::{Duration, Instant};

use ledger::{ChangeId, CommitError, Parts, StoreError};

use super::thread::{Proof, Waiting, WriterThread, conclude, tell};
use crate::sql::{self, Connection};
use crate::{Record, measure};
use attempt::{Ended, attempt};

/// For how long a change set is tried again.
const PATIENCE: Duration = Duration::from_secs(12);
/// For how long it is asked what became of a transaction.
const SETTLING: Duration = Duration::from_secs(12);
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// Change sets that share a transaction; there is one at least.
struct Group {
    /// The first of them, by which the transaction is known.
    first: ChangeId,
    members: Vec<Waiting>,
}

impl Group {
    fn of(members: Vec<Waiting>) -> Option<Self> {
        let first = members.first()?.0.id;
        Some(Self { first, members })
    }

    /// Its halves.
    fn split(mut self) -> impl Iterator<Item = Self> {
        let rest = self.members.split_off(self.members.len() / 2);
        [rest, self.members].into_iter().filter_map(Self::of)
    }
}

impl WriterThread {
    /// Commits what is waiting and answers it: all together, and where that fails because of one of
    /// them, each half by itself.
    pub(super) fn commit_shared(&mut self, commits: Vec<Waiting>, proofs: Vec<Proof>) {
        let until = Instant::now() + PATIENCE;
        let mut has_committed = false;
        // The next is the last.
        let mut groups: Vec<Group> = Group::of(commits).into_iter().collect();
        let mut attempts = 0;
        while let Some(group) = groups.pop() {
            let started = Instant::now();
            let ended = self.attempt_connected(&group, until);
            measure::transaction(group.members.len(), started.elapsed());
            match ended {
                Ended::Decided(fates) => {
                    has_committed |= fates.iter().any(Result::is_ok);
                    self.answer(group, fates);
                    attempts = 0;
                }
                Ended::Guilty(_) if group.members.len() > 1 => groups.extend(group.split()),
                Ended::Guilty(refusal) => self.answer(group, vec![Err(refusal)]),
                // Somebody has a row for long: whoever does not need it goes on.
                Ended::Again(error)
                    if error.is_lock_timeout()
                        && group.members.len() > 1
                        && Instant::now() < until =>
                {
                    groups.extend(group.split());
                }
                Ended::Again(error) if Instant::now() < until => {
                    tracing::debug!(%error, "a transaction is tried again");
                    std::thread::sleep(pause(attempts, group.first));
                    attempts += 1;
                    groups.push(group);
                }
                Ended::Again(error) | Ended::Failed(error) => self.refuse(group, error),
                Ended::Lost(told, fates) => match self.settle(group.first, told) {
                    Ok(true) => {
                        has_committed = true;
                        self.answer(group, fates);
                    }
                    Ok(false) if Instant::now() < until => groups.push(group),
                    Ok(false) => self.refuse(group, sql::Error::Closed),
                    Err(error) => self.leave_unsettled(group, &error),
                },
            }
        }
        self.prove(proofs, has_committed);
    }

    /// Attempts a transaction on a connection that is there, as far as is known.
    fn attempt_connected(&mut self, group: &Group, until: Instant) -> Ended {
        if let Err(error) = self.connect_until(until) {
            return Ended::Failed(error);
        }
        let Connection::Postgres(session) = &self.connection else {
            return Ended::Failed(sql::Error::Closed);
        };
        let changes: Vec<&Parts<Record>> =
            group.members.iter().map(|(changes, _)| &**changes).collect();
        let attempted = || attempt((&self.connection, session), group.first, &changes);
        // What it had in hand is gone with it, and the transaction is undone.
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(attempted)).unwrap_or_else(|_| {
            attempt::roll_back(session);
            match group.members.len() {
                1 => Ended::Failed(sql::Error::Unwritable("the writing panicked".into())),
                _ => Ended::Guilty(CommitError::Conflict),
            }
        })
    }

    /// Makes the connection anew if it is gone. The first who finds the server away waits for it; while
    /// it stays away the others ask once.
    fn connect_until(&mut self, until: Instant) -> sql::Result<()> {
        let Some(source) = self.source.clone() else { return Ok(()) };
        let mut attempts = 0;
        while matches!(&self.connection, Connection::Postgres(session) if session.is_closed()) {
            match source() {
                Ok(connection) => {
                    self.connection = connection;
                    self.away_since = None;
                }
                Err(error) => {
                    self.seen.last_commit.forget();
                    let now = Instant::now();
                    let since = *self.away_since.get_or_insert(now);
                    if now >= until || now.saturating_duration_since(since) >= PATIENCE {
                        return Err(error);
                    }
                    std::thread::sleep(LONGEST_PAUSE.min(Duration::from_millis(10 << attempts)));
                    attempts = 5.min(attempts + 1);
                }
            }
        }
        Ok(())
    }

    /// Whether `told` became true in the transaction that began with `first`, asked of the server on a
    /// connection of its own.
    fn settle(&mut self, first: ChangeId, told: ChangeId) -> sql::Result<bool> {
        let until = Instant::now() + SETTLING;
        loop {
            let asked = self.connect_until(until).and_then(|()| self.ask(first, told));
            match asked {
                Ok(became) => {
                    tracing::info!(became, "a commit whose connection was lost is settled");
                    return Ok(became);
                }
                Err(error) if Instant::now() >= until => return Err(error),
                Err(error) => {
                    tracing::warn!(%error, "what became of a commit is asked again");
                    std::thread::sleep(LONGEST_PAUSE);
                }
            }
        }
    }

    fn ask(&self, first: ChangeId, told: ChangeId) -> sql::Result<bool> {
        let Connection::Postgres(session) = &self.connection else {
            return Err(sql::Error::Closed);
        };
        session.run("BEGIN")?;
        let became = settling::has_become_true(&self.connection, first, told);
        let became = match became {
            // Whoever is told of it is told when those who copy it have it too.
            Ok(true) => session.run("COMMIT").map(|()| true),
            unsettled => unsettled,
        };
        match &became {
            Ok(true) => {}
            Err(error) if error.is_disconnected() => session.give_up(),
            _ => attempt::roll_back(session),
        }
        if matches!(&became, Err(error) if error.is_passing()) {
            settling::end_session(&self.connection, first)?;
        }
        became
    }

    fn answer(&self, group: Group, fates: Vec<Result<(), CommitError>>) {
        if fates.iter().any(Result::is_ok) {
            self.seen.committed();
        }
        for ((changes, answer), fate) in group.members.into_iter().zip(fates) {
            if fate.is_ok() {
                measure::told(&changes.events);
            }
            conclude(answer, fate);
        }
    }

    fn refuse(&self, group: Group, error: sql::Error) {
        tracing::error!(%error, "a transaction was undone");
        self.seen.last_commit.forget();
        let error = Arc::new(error);
        for (_, answer) in group.members {
            conclude(answer, Err(StoreError::new(error.clone()).into()));
        }
    }

    fn leave_unsettled(&self, group: Group, error: &sql::Error) {
        tracing::error!(%error, "nobody knows what became of a commit");
        self.seen.last_commit.forget();
        for (changes, answer) in group.members {
            self.seen.unsettled.add(changes.id, group.first);
            conclude(answer, Err(CommitError::Unknown));
        }
    }

    /// Proves that commits are possible, if none has shown it.
    fn prove(&mut self, proofs: Vec<Proof>, has_committed: bool) {
        if proofs.is_empty() {
            return;
        }
        let proved = if has_committed { Ok(()) } else { self.prove_alone().map_err(Arc::new) };
        if let Err(error) = &proved {
            tracing::error!(%error, "no commit is possible");
            self.seen.last_commit.forget();
        }
        for proof in proofs {
            tell(proof, proved.clone().map_err(StoreError::new));
        }
    }

    /// Commits something that nobody else waits for: it reaches the log, and those who copy it.
    fn prove_alone(&mut self) -> sql::Result<()> {
        let proof = "BEGIN; SELECT pg_logical_emit_message(true, 'cinnabar', ''); COMMIT";
        let mut has_failed = false;
        loop {
            // Whoever asks is not kept waiting for a server that is away.
            self.connect_until(Instant::now())?;
            let Connection::Postgres(session) = &self.connection else { return Ok(()) };
            match session.run(proof) {
                Ok(()) => {
                    self.seen.committed();
                    return Ok(());
                }
                Err(error) if error.is_disconnected() => {
                    session.give_up();
                    // Nobody knew that the connection was gone.
                    if has_failed {
                        return Err(error);
                    }
                    has_failed = true;
                }
                Err(error) => {
                    attempt::roll_back(session);
                    return Err(error);
                }
            }
        }
    }
}

/// Longer each time, and not the same for all who wait.
fn pause(attempts: u32, first: ChangeId) -> Duration {
    let own = u64::from(gates::number(first).cast_unsigned() % 8);
    LONGEST_PAUSE.min(Duration::from_millis((1 << attempts.min(8)) + own))
}
