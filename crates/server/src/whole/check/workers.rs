//! Rows looked at on all processors.

use std::thread;

use super::report::Fault;
use crate::failure::Failure;

/// The faults of each of the rows.
pub(super) fn each<T: Sync>(
    rows: &[T],
    look: impl Fn(&T) -> Option<Fault> + Sync,
) -> Result<Vec<Fault>, Failure> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let share = rows.len().div_ceil(workers).max(1);
    let look = &look;
    thread::scope(|scope| {
        let working: Vec<_> = rows
            .chunks(share)
            .map(|rows| scope.spawn(move || rows.iter().filter_map(look).collect::<Vec<_>>()))
            .collect();
        let mut faults = Vec::new();
        for worker in working {
            let found = worker.join().map_err(|_| {
                Failure::internal("cannot look at the rows", "a thread has ended before its time")
            })?;
            faults.extend(found);
        }
        Ok(faults)
    })
}
