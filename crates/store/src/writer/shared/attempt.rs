//! One transaction on a server: two ways there and back, however many change sets share it.
//!
//! First the rows that the change sets rest on are locked and read, then each change set is judged, then
//! everything is written and committed. What is refused only while it is written takes the others along,
//! since nobody tells which it was.

use std::collections::HashMap;

use ledger::{ChangeId, CommitError, Counter, Parts};

use super::rows::Rows;
use super::sums::{self, Sums};
use super::writing;
use crate::Record;
use crate::sql::postgres::{Given, Session, Step};
use crate::sql::{self, Class, Connection};
use crate::writer::Fate;
use crate::writer::batch::Batch;

/// How a transaction ended.
pub(super) enum Ended {
    /// Nothing of it is left: another transaction was in the way, or the connection was gone.
    Again(sql::Error),
    /// Each change set has its fate, in their order; those that were not refused are durable.
    Decided(Vec<Result<(), CommitError>>),
    /// Nothing of it is left, and the change sets are not to blame.
    Failed(sql::Error),
    /// Nothing of it is left, because of one of the change sets.
    Guilty(CommitError),
    /// It is durable, with these fates, if this change set is; else nothing of it is left.
    Lost(ChangeId, Vec<Result<(), CommitError>>),
}

/// Tries to make change sets true, of which there is one at least. `first` is known to be the first.
pub(super) fn attempt(
    (connection, session): (&Connection, &Session),
    first: ChangeId,
    changes: &[&Parts<Record>],
) -> Ended {
    let (mut batch, known) = match begin(connection, session, first, changes) {
        Ok(begun) => begun,
        Err(error) => return undone(session, error),
    };
    let mut sums = Sums::default();
    let mut accepted = Vec::new();
    let mut fates = Vec::with_capacity(changes.len());
    for &changes in changes {
        fates.push(match batch.admit(changes) {
            Ok(()) => {
                sums.add(&changes.additions);
                accepted.push(changes);
                Ok(())
            }
            Err(Fate::Refused(refusal)) => Err(refusal),
            Err(Fate::Broken(error)) => return undone(session, error),
        });
    }
    let Some(told) = accepted.first().map(|changes| changes.id) else {
        roll_back(session);
        return Ended::Decided(fates);
    };
    session.record();
    match writing::write(connection, session, &accepted) {
        Ok(()) => {}
        Err(Fate::Refused(refusal)) => {
            roll_back(session);
            return Ended::Guilty(refusal);
        }
        Err(Fate::Broken(error)) => return undone(session, error),
    }
    let last = match sums.steps(session, &known) {
        Ok(sums) => sums.into_iter().chain([Step::Run("COMMIT")]).collect(),
        Err(error) => return undone(session, error),
    };
    match session.send_recorded(last) {
        Ok(()) => Ended::Decided(fates),
        Err(error) if error.is_disconnected() => {
            tracing::warn!(%error, "the connection to the database was lost during a commit");
            session.give_up();
            Ended::Lost(told, fates)
        }
        // The commit came after it, and found a transaction that was to be rolled back; or it was not
        // even sent.
        Err(error) => undone(session, error),
    }
}

/// Begins the transaction, and reads what the change sets rest on.
fn begin<'a>(
    connection: &'a Connection,
    session: &Session,
    first: ChangeId,
    changes: &[&Parts<Record>],
) -> sql::Result<(Batch<'a>, HashMap<Counter, i64>)> {
    let mut rows = Rows::default();
    let mut counters: Vec<&Counter> = Vec::new();
    for changes in changes {
        rows.add(changes);
        counters.extend(changes.additions.iter().map(|addition| &addition.counter));
    }
    counters.sort_unstable();
    counters.dedup();
    let mut steps = vec![Step::Run("BEGIN")];
    steps.extend(rows.steps(session, first)?);
    if !counters.is_empty() {
        steps.push(sums::reading(session, &counters)?);
    }
    let mut given = session.pipeline(steps)?;
    let read = if counters.is_empty() { None } else { given.pop() };
    let used = sums::read(&counters, read.unwrap_or(Given::Done))?;
    // Neither the beginning nor the gates have anything to say.
    let versions = rows.versions(given.into_iter().skip(2))?;
    Ok((Batch::knowing(connection, versions, used.clone()), used))
}

/// Undoes the transaction after an error.
fn undone(session: &Session, error: sql::Error) -> Ended {
    if error.is_disconnected() {
        session.forget_recorded();
        session.give_up();
        return Ended::Again(error);
    }
    roll_back(session);
    blamed(error)
}

fn blamed(error: sql::Error) -> Ended {
    // A counter stands elsewhere than when it was read.
    if error.is_passing() || error.is_division_by_zero() {
        return Ended::Again(error);
    }
    match error.class() {
        Class::Constraint | Class::Value => match Fate::from(error) {
            Fate::Refused(refusal) => Ended::Guilty(refusal),
            Fate::Broken(error) => Ended::Failed(error),
        },
        Class::Engine => Ended::Failed(error),
    }
}

/// Without its session the server undoes the transaction by itself.
pub(super) fn roll_back(session: &Session) {
    session.forget_recorded();
    if let Err(error) = session.run("ROLLBACK") {
        tracing::warn!(%error, "a session with the database is given up");
        session.give_up();
    }
}
