//! A database into another one.

use std::thread;

use super::snapshot::digest_of;
use super::{Beginning, Completeness, ContentsError, Digest, Place, Snapshot, Table, Target, read};

/// How far a copy is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// What is being done.
    pub step: Step,
    /// How much of it.
    pub done: u64,
    /// Of how much.
    pub all: u64,
}

/// What is being done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    /// Rows of this table are copied.
    Rows(&'static str),
    /// Source and target are compared.
    Comparing(&'static str),
    /// Indexes are made.
    Indexes,
}

/// Copies everything from one database into another one that is empty, or has the beginning of such a
/// copy; how many rows there were. The source stays as it is; the copy is one state of it, and is complete
/// and compared when this returns.
///
/// # Errors
///
/// When either database fails, the target has other rows, or is not what the source was at the end, or
/// somebody wrote to the source meanwhile.
pub fn copy(
    (from, to): (&Place, &Place),
    told: &mut (dyn FnMut(Progress) + Send),
) -> Result<(Beginning, u64), ContentsError> {
    let source = Snapshot::take(from)?;
    let (mut target, beginning) = Target::begin(to, &source.origin()?, Completeness::Resumable)?;
    let mut counts = Vec::new();
    for table in Table::all() {
        counts.push((table, source.count(table)?));
    }
    let all = counts.iter().map(|(_, rows)| rows).sum();
    let mut done = 0;
    for (table, there) in &counts {
        let (start, reached) = target.reached(table)?;
        let before = done;
        done += reached;
        let step = Step::Rows(table.name);
        told(Progress { step, done, all });
        read::stream(source.connection(), table, &start, &mut |row| {
            target.add(table, row)?;
            done += 1;
            if done.is_multiple_of(1000) {
                told(Progress { step, done, all });
            }
            Ok(())
        })?;
        target.flush(table)?;
        if beginning == Beginning::Fresh {
            ContentsError::unless_all(table.name, *there, done - before)?;
        }
    }
    let expected = compare(source, &target, &counts, told)?;
    refuse_written(from, &expected)?;
    target.finish(&mut |done, all| told(Progress { step: Step::Indexes, done, all }))?;
    Ok((beginning, all))
}

/// The tables of which a server at work changes at least one soon.
const CHANGED: [&str; 4] = ["leases", "tokens", "counters", "audit_events"];

/// Refuses a source to which somebody has written since: the copy would be without it.
fn refuse_written(from: &Place, expected: &[Digest]) -> Result<(), ContentsError> {
    let now = Snapshot::take(from)?;
    for (table, expected) in Table::all().zip(expected) {
        if CHANGED.contains(&table.name) && now.digest(table, &mut |_| {})? != *expected {
            return Err(ContentsError::Written(table.name));
        }
    }
    Ok(())
}

/// Refuses a target that is not what the source is, and a source in which not all rows are found by
/// their keys: a copy that goes on has not read the first of them. What each table of the source adds up
/// to. Each side is read by a thread of its own.
fn compare(
    source: Snapshot,
    target: &Target,
    counts: &[(&Table, u64)],
    told: &mut (dyn FnMut(Progress) + Send),
) -> Result<Vec<Digest>, ContentsError> {
    let reading = thread::Builder::new().spawn(move || {
        Table::all()
            .map(|table| digest_of(source.connection(), table, &mut |_| {}))
            .collect::<Result<Vec<Digest>, ContentsError>>()
    });
    let reading = reading.map_err(|error| ContentsError::Failed(error.into()))?;
    let all = counts.iter().map(|(_, rows)| rows).sum();
    let mut done = 0;
    let mut found = Vec::new();
    for table in Table::all() {
        let step = Step::Comparing(table.name);
        let digest =
            target.digest(table, &mut |rows| told(Progress { step, done: done + rows, all }))?;
        done += digest.rows();
        found.push(digest);
    }
    let expected = reading.join().map_err(|_| ContentsError::stopped("a thread has ended"))??;
    for (((table, there), expected), found) in counts.iter().zip(&expected).zip(found) {
        ContentsError::unless_all(table.name, *there, expected.rows())?;
        if *expected != found {
            let (expected, found) = (expected.rows(), found.rows());
            return Err(ContentsError::Differs { table: table.name, expected, found });
        }
    }
    Ok(expected)
}
