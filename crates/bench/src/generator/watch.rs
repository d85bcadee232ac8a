//! What a load costs while it runs: processor time and memory.

use std::process;
use std::thread;
use std::time::{Duration, Instant};

use super::Span;
use super::recorder::slices;
use crate::interrupt;
use crate::server::{processor_time, resident_memory};

/// What the processes used.
#[derive(Debug, Default)]
pub(super) struct Watched {
    /// Processor time of the servers, while it counted.
    pub(super) servers: Option<Duration>,
    /// That of this process.
    pub(super) own: Option<Duration>,
    /// The servers' memory at the end of each slice, in octets.
    pub(super) memory: Vec<u64>,
}

impl Watched {
    /// Waits for the end of the load, and watches. A signal ends the watching, not the load.
    pub(super) fn over(servers: Vec<u32>, began: Instant, span: Span) -> Self {
        let from = began + span.warm_up;
        sleep_until(from);
        let own = [process::id()];
        let before = (sum(&servers), sum(&own));
        let mut memory = Vec::new();
        let count = u32::try_from(slices(span.length, span.slice)).unwrap_or(u32::MAX);
        for slice in 1..=count {
            if interrupt::check().is_err() {
                break;
            }
            sleep_until((from + span.slice * slice).min(from + span.length));
            memory.push(servers.iter().filter_map(|id| resident_memory(*id)).sum());
        }
        let spent = |now: Option<Duration>, before: Option<Duration>| now?.checked_sub(before?);
        Self { servers: spent(sum(&servers), before.0), own: spent(sum(&own), before.1), memory }
    }
}

/// The processor time of all; `None` of none.
fn sum(processes: &[u32]) -> Option<Duration> {
    let times: Vec<_> = processes.iter().map(|id| processor_time(*id)).collect::<Option<_>>()?;
    (!times.is_empty()).then(|| times.into_iter().sum())
}

fn sleep_until(moment: Instant) {
    thread::sleep(moment.saturating_duration_since(Instant::now()));
}
